// The number of a request: the same while what is sent is the same, so that a second tap or a second try is one effect.

const LETTERS = "0123456789abcdefghijklmnopqrstuvwxyz";

export function newKey(): string {
  let key = Date.now().toString(36) + "-";
  for (let place = 0; place < 20; place += 1) key += LETTERS[Math.floor(Math.random() * LETTERS.length)];
  return key;
}

export interface Keys {
  (body: unknown): string;
}

/** For one form of one page: a changed body is another request. */
export function keysOfForm(): Keys {
  let sent = "";
  let key = "";
  return (body) => {
    const text = JSON.stringify(body);
    if (text !== sent || key === "") {
      sent = text;
      key = newKey();
    }
    return key;
  };
}
