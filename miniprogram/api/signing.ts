// Coming in: by WeChat's code, and where WeChat is not there by the slip itself; then the home is bound by its slip.
import { newKey } from "../lib/keys";
import { call, Refusal } from "./client";
import { keepToken, token } from "./session";
import { BoundOut } from "./shapes";
import { Login, openSession } from "./wechat";

/** Signing in by WeChat cannot be had now; the slip can. */
const BY_SLIP = ["wechat_absent", "wechat_away"];

/** Raises Refusal; `privacy_needed` where the person is new and has read nothing yet. */
export async function signIn(privacyVersion?: string): Promise<void> {
  const login: Login = { code: await loginCode() };
  if (privacyVersion) login.privacy_version = privacyVersion;
  const opened = await openSession(login, newKey());
  keepToken(opened.token);
}

/** Whether this telephone is known already; asks nothing of the person. Raises Refusal where there is no network to tell. */
export async function isIn(): Promise<boolean> {
  if (token()) return true;
  try {
    await signIn();
    return true;
  } catch (why) {
    if (!(why instanceof Refusal) || why.code === "no_network") throw why;
    return false;
  }
}

/** After the notices were read: in, and bound to the home of the slip. Raises Refusal. */
export async function enterBySlip(slip: string, versions: { house: string; place: string }, key: string): Promise<BoundOut> {
  if (!token()) await comeIn(slip, versions);
  return call("POST /bindings", { body: { slip_code: slip, privacy_version: versions.place }, key });
}

async function comeIn(slip: string, versions: { house: string; place: string }): Promise<void> {
  try {
    await signIn(versions.house);
  } catch (why) {
    if (!(why instanceof Refusal) || !BY_SLIP.includes(why.code)) throw why;
    const body = { slip_code: slip, privacy_version: versions.place };
    keepToken((await call("POST /sessions", { body, key: newKey() })).token);
  }
}

function loginCode(): Promise<string> {
  return new Promise((done, fail) => {
    wx.login({
      success: (found) => done(found.code),
      fail: () => fail(new Refusal(503, "wechat_away", "微信没有应答。请过一会儿再试。")),
    });
  });
}
