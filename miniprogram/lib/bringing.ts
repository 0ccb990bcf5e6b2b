// Which messages WeChat may bring: what is left to ask, WeChat's own question, and the yes reported to the house, which counts it.
import { call } from "../api/client";
import { AllowIn, PermissionOut } from "../api/shapes";
import { newKey } from "./keys";

export type Topic = AllowIn["topics"][number];
export type Ask = PermissionOut;

/** WeChat asks about so many at once. */
const MOST = 3;

/** What can be asked now: the operator has a template for it, and nothing is allowed already. Raises Refusal. */
export async function left(topics: Topic[]): Promise<Ask[]> {
  const found = (await call("GET /message-permissions", {})).topics;
  const wanted = topics.map((topic) => found.find((one) => one.topic === topic));
  return wanted.filter((one): one is Ask => !!one && one.template_id !== "" && one.left === 0).slice(0, MOST);
}

/** WeChat's question, which has to come straight from a tap. Returns how many were allowed. Raises Refusal. */
export async function asked(asks: Ask[]): Promise<number> {
  const said = await question(asks.map((one) => one.template_id));
  const topics = asks.filter((one) => said[one.template_id] === "accept").map((one) => one.topic);
  if (topics.length) await call("POST /message-permissions", { body: { topics }, key: newKey() });
  return topics.length;
}

function question(tmplIds: string[]): Promise<Record<string, string>> {
  return new Promise((done) => {
    wx.requestSubscribeMessage({
      tmplIds,
      success: (said) => done(said as unknown as Record<string, string>),
      // Switched off in WeChat's settings, or an old WeChat: nothing is allowed, and nothing is wrong.
      fail: () => done({}),
    });
  });
}
