// What a page says when something was refused: the sentence of the house. Whoever has to come in first is led home, where
// WeChat's code is tried before anything is asked of them.
import { Refusal } from "../api/client";
import { goHome } from "./going";

/** The sentence to show; empty where the person was led home. Anything but a refusal is a fault and is raised. */
export function sentenceOf(why: unknown): string {
  if (!(why instanceof Refusal)) throw why;
  if (!why.isOutside) return why.detail;
  goHome();
  return "";
}

/** By field, the first sentence of each. */
export function errorsOf(why: unknown): Record<string, string> {
  if (!(why instanceof Refusal)) return {};
  return Object.fromEntries(Object.entries(why.errors).map(([field, said]) => [field, [said].flat()[0]]));
}
