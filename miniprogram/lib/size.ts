// The size of letters: what the person chose, else what the telephone is set to.

const KEPT = "text_size";
/** WeChat's own setting in px; 17 is usual. */
const LARGE_FROM = 20;

export type Size = "normal" | "large";

export function textSize(): Size {
  const chosen = wx.getStorageSync(KEPT) as Size | "";
  if (chosen === "normal" || chosen === "large") return chosen;
  const set = wx.getAppBaseInfo().fontSizeSetting;
  return set !== undefined && set >= LARGE_FROM ? "large" : "normal";
}

export function chooseSize(size: Size): void {
  wx.setStorageSync(KEPT, size);
}
