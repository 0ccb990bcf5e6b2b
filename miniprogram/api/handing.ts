// Taking the session along into a phone page: the house gives a code of a minute, good once. No token stands in an address.
import { ownPath, webAddress } from "../lib/going";
import { call, Refusal } from "./client";
import { isIn } from "./signing";

/** The address to open. Whoever is not in, or has no answer, gets the page as everybody sees it. */
export async function addressOf(path: string): Promise<string> {
  const to = ownPath(path);
  try {
    if (!(await isIn())) return webAddress(to);
    return webAddress((await call("POST /sessions/current/hand-overs", { body: { to } })).path);
  } catch (why) {
    if (!(why instanceof Refusal)) throw why;
    return webAddress(to);
  }
}

/** Opens a message that was brought: it is read now. Where it leads, as a path; the inbox where it leads nowhere or is not ours. */
export async function opened(message: number): Promise<string> {
  try {
    if (!(await isIn())) return `/inbox/${message}`;
    return (await call("POST /messages/{message_id}/read", { path: { message_id: message } })).link || "/inbox";
  } catch (why) {
    if (!(why instanceof Refusal)) throw why;
    return `/inbox/${message}`;
  }
}
