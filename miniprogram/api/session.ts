// The token of this telephone. It opens the API and nothing else, and is kept by WeChat for this mini program alone.

const KEPT = "session";

interface Session {
  token: string;
  expires_at: string;
}

export function token(): string {
  const kept = wx.getStorageSync(KEPT) as Session | "";
  return kept && Date.parse(kept.expires_at) > Date.now() ? kept.token : "";
}

export function keepToken(session: Session): void {
  wx.setStorageSync(KEPT, { token: session.token, expires_at: session.expires_at });
}

export function forgetToken(): void {
  wx.removeStorageSync(KEPT);
}
