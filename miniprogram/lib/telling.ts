// What a page says when something was refused: the sentence of the house, and where to go if the person has to come in first.
import { Refusal } from "../api/client";
import { goInstead } from "./going";

/** The sentence to show; empty where the person was led to the way in. Anything but a refusal is a fault and is raised. */
export function sentenceOf(why: unknown): string {
  if (!(why instanceof Refusal)) throw why;
  if (!why.isOutside) return why.detail;
  goInstead("enter");
  return "";
}

/** By field, the first sentence of each. */
export function errorsOf(why: unknown): Record<string, string> {
  if (!(why instanceof Refusal)) return {};
  return Object.fromEntries(Object.entries(why.errors).map(([field, said]) => [field, [said].flat()[0]]));
}
