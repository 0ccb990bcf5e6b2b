// What a code on paper or on a wall says: the slip of a home, the poster of a place, a receipt, or nothing of ours.

export type Scanned =
  | { kind: "slip"; code: string }
  | { kind: "poster"; code: string }
  | { kind: "receipt"; code: string }
  | { kind: "strange" };

const PATHS = { s: "slip", p: "poster", r: "receipt" } as const;
const ADDRESS = /^https?:\/\/([^/?#]+)\/([spr])\/([A-Za-z0-9_-]{4,80})\/?(?:[?#].*)?$/;

/** Only addresses of the house are ours: a code of another site is not followed. */
export function read(text: string, house: string): Scanned {
  const found = ADDRESS.exec(text.trim());
  if (!found || found[1] !== house.replace(/^https?:\/\//, "")) return { kind: "strange" };
  return { kind: PATHS[found[2] as keyof typeof PATHS], code: found[3] };
}

/** As people type it from the paper. */
export function typed(text: string): string {
  return text.replace(/[\s-]+/g, "");
}

/** The scene in the page that a mini program's code names; empty where it has none. */
export function sceneIn(path: string): string {
  const found = /[?&]scene=([^&]*)/.exec(path);
  return found ? decodeURIComponent(found[1]) : "";
}
