// From page to page, and to the phone pages of the house for what has no page here.
import { HOUSE } from "../config";
import { textSize } from "./size";

function query(parts: Record<string, string | number>): string {
  const said = Object.entries(parts).map(([word, value]) => `${word}=${encodeURIComponent(String(value))}`);
  return said.length ? `?${said.join("&")}` : "";
}

export function go(page: string, parts: Record<string, string | number> = {}): void {
  wx.navigateTo({ url: `/pages/${page}/${page}${query(parts)}` });
}

/** Instead of this page, so that "back" does not lead into a form that was sent. */
export function goInstead(page: string, parts: Record<string, string | number> = {}): void {
  wx.redirectTo({ url: `/pages/${page}/${page}${query(parts)}` });
}

export function goHome(): void {
  wx.reLaunch({ url: "/pages/home/home" });
}

/** A phone page by its path in the house, in the size of letters chosen here. */
export function goWeb(path: string): void {
  go("web", { path });
}

/** The page of ours that shows what this path of the house does; null where only the phone page does. */
export function pageOf(path: string): { name: string; id: string } | null {
  const found = /^\/(ballots|surveys)\/(\d+)$/.exec(path);
  return found ? { name: found[1] === "ballots" ? "vote" : "survey", id: found[2] } : null;
}

/** Only pages of the house: a path that leads elsewhere leads to its front page. */
export function ownPath(path: string): string {
  return /^\/(?![/\\])[^\s\\]*$/.test(path) ? path : "/";
}

export function webAddress(path: string): string {
  const [before, hash] = ownPath(path).split("#");
  return `${HOUSE}${before}${before.includes("?") ? "&" : "?"}text_size=${textSize()}${hash ? `#${hash}` : ""}`;
}
