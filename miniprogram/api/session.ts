// The token of this telephone. It opens the API and nothing else, and is kept by WeChat for this mini program alone. Whether it is
// still good the house says: a telephone's clock may be wrong.

const KEPT = "token";

export function token(): string {
  return wx.getStorageSync(KEPT) as string;
}

export function keepToken(kept: string): void {
  wx.setStorageSync(KEPT, kept);
}

export function forgetToken(): void {
  wx.removeStorageSync(KEPT);
}
