// Asking the house: every call by its name in the description of the API, typed by shapes.ts. What is refused comes back as a
// Refusal, with the sentence that says what to do next.
import { HOUSE } from "../config";
import { forgetToken, token } from "./session";
import { Calls } from "./shapes";

export type Name = keyof Calls;
export type Asked<N extends Name> = Omit<Calls[N], "out">;

/** Parts of a call, as the wire sees them. */
interface Parts {
  path?: Record<string, string | number>;
  query?: Record<string, unknown>;
  body?: unknown;
  key?: string;
  form?: Record<string, unknown>;
  file?: string;
}

export class Refusal extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    readonly detail: string,
    readonly errors: Record<string, string[]> = {},
  ) {
    super(detail);
  }

  /** Whether the person has to come in first. */
  get isOutside(): boolean {
    return this.status === 401;
  }
}

const NO_NETWORK = new Refusal(0, "no_network", "连不上网络。填好的都还在，过一会儿再点一次。");
const UNREADABLE = "系统没有应答。填好的都还在，过一会儿再点一次。";
const PATIENCE = 15000;

/** Raises Refusal. */
export async function call<N extends Name>(name: N, asked: Asked<N>): Promise<Calls[N]["out"]> {
  return (await request(name, asked as Parts)) as Calls[N]["out"];
}

/** A picture from the telephone. Raises Refusal. */
export function sendFile<N extends Name>(name: N, asked: Asked<N>, filePath: string): Promise<Calls[N]["out"]> {
  const parts = asked as Parts;
  return new Promise((done, fail) => {
    wx.uploadFile({
      url: address(name, parts),
      filePath,
      name: parts.file as string,
      formData: texts(parts.form || {}),
      header: headers(parts),
      timeout: PATIENCE * 4,
      success: (answer) => settle(answer.statusCode, answer.data, done as (value: unknown) => void, fail),
      fail: () => fail(NO_NETWORK),
    });
  });
}

export function request(name: string, parts: Parts): Promise<unknown> {
  return new Promise((done, fail) => {
    wx.request({
      url: address(name, parts),
      method: name.split(" ")[0] as "GET",
      data: parts.body === undefined ? undefined : JSON.stringify(parts.body),
      header: headers(parts),
      // Read here, once for both ways of sending.
      dataType: "其他",
      timeout: PATIENCE,
      success: (answer) => settle(answer.statusCode, answer.data as string, done, fail),
      fail: () => fail(NO_NETWORK),
    });
  });
}

function settle(status: number, text: string, done: (value: unknown) => void, fail: (why: Refusal) => void): void {
  const said = parsed(text);
  if (status >= 200 && status < 300) {
    done(said);
    return;
  }
  const told = (said || {}) as { code?: string; detail?: string; errors?: Record<string, string[]> };
  if (status === 401) forgetToken();
  fail(new Refusal(status, told.code || "unreadable", told.detail || UNREADABLE, told.errors || {}));
}

function parsed(text: string): unknown {
  try {
    return text === "" ? null : JSON.parse(text);
  } catch {
    return null;
  }
}

function address(name: string, parts: Parts): string {
  const path = name.split(" ")[1].replace(/\{(\w+)\}/g, (_, word) => encodeURIComponent(String((parts.path || {})[word])));
  const asked = Object.entries(parts.query || {}).filter(([, value]) => value !== undefined && value !== null);
  const query = asked.map(([word, value]) => `${word}=${encodeURIComponent(String(value))}`).join("&");
  return `${HOUSE}/api/v1${path}${query ? `?${query}` : ""}`;
}

function headers(parts: Parts): Record<string, string> {
  const found: Record<string, string> = { Accept: "application/json" };
  if (parts.body !== undefined) found["Content-Type"] = "application/json";
  if (parts.key) found["Idempotency-Key"] = parts.key;
  if (token()) found.Authorization = `Bearer ${token()}`;
  return found;
}

function texts(form: Record<string, unknown>): Record<string, string> {
  return Object.fromEntries(Object.entries(form).map(([word, value]) => [word, String(value)]));
}
