// The calls behind which WeChat itself stands: its login code for a token, and the paper that a mini program's code names.
import { request } from "./client";
import { SessionOut } from "./shapes";

export interface Login {
  code: string;
  privacy_version?: string;
}

export interface Scene {
  paper: "slip" | "place";
  code: string;
}

/** Raises Refusal; `privacy_needed` where the person is new and has read nothing yet. */
export async function openSession(login: Login, key: string): Promise<SessionOut> {
  return (await request("POST /sessions/wechat", { body: login, key })) as SessionOut;
}

/** Raises Refusal. */
export async function sceneOf(scene: string): Promise<Scene> {
  return (await request("GET /scenes/{scene}", { path: { scene } })) as Scene;
}
