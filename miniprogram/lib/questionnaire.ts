// A survey as it is filled in: what is shown with these answers, and what goes out. Whether an answer is right is for the house
// to say; here only what is asked at all.
import walker = require("./survey-walker");

export type Kind =
  | "one" | "many" | "scale" | "number" | "text" | "long_text" | "date" | "ranking" | "photo" | "stance" | "items"
  | "package" | "contribution" | "note" | "calculate";
export type Tree = [string, ...unknown[]];
export type Answer = string | number | boolean | (string | number)[];
export type Answers = Record<string, Answer>;

export interface Option {
  value: string;
  title: string;
  help?: string;
  show_if?: Tree;
}

/** Fields that a question does not use are not sent. */
export interface Question {
  key: string;
  kind: Kind;
  title: string;
  help?: string;
  required?: boolean;
  show_if?: Tree;
  options?: Option[];
  other?: boolean;
  at_most?: number;
  least?: string;
  most?: string;
  decimals?: number;
  step?: string;
  low?: string;
  high?: string;
  unit?: string;
  longest?: number;
  ways?: Option[];
  formula?: Tree;
  sensitive?: string;
  personal?: string;
  why?: string;
}

export interface Section {
  key: string;
  title: string;
  help?: string;
  show_if?: Tree;
  questions: Question[];
}

export interface Definition {
  sections: Section[];
  thanks?: string;
}

const OTHER: Option = { value: "other", title: "其他" };
const SIDES = ["other", "reason", "top", "ways", "consent"];

/** The sections with something in them, each with the questions that these answers show and the options they offer. */
export function shown(definition: Definition, answers: Answers, today: string): Section[] {
  const values: Record<string, string> = {};
  const holds = (tree?: Tree) => !tree || walker.truth(walker.evaluate(tree, values, "", today));
  const sections: Section[] = [];
  for (const section of definition.sections) {
    if (!holds(section.show_if)) continue;
    const questions: Question[] = [];
    for (const question of section.questions) {
      if (!holds(question.show_if)) continue;
      if (question.kind === "calculate") {
        values[question.key] = walker.textOf(walker.evaluate(question.formula || ["str", ""], values, "", today));
        continue;
      }
      const options = (question.options || []).filter((one) => holds(one.show_if));
      questions.push({ ...question, options: question.other ? [...options, OTHER] : options });
      const said = textOf(valueOf(question, answers));
      if (said !== "") values[question.key] = said;
    }
    if (questions.length) sections.push({ ...section, questions });
  }
  return sections;
}

/** What is most important is wanted: nobody is asked to tick it twice. */
function valueOf(question: Question, answers: Answers): Answer {
  const value = answers[question.key];
  const top = answers[`${question.key}.top`];
  if (question.kind !== "items" || !Array.isArray(top)) return value === undefined ? "" : value;
  const wanted = [...(Array.isArray(value) ? value : []), ...top];
  return (question.options || []).map((one) => one.value).filter((one) => wanted.includes(one));
}

function textOf(value: Answer): string {
  return Array.isArray(value) ? value.join(" ") : String(value);
}

/** The names under which an answer to this question goes out. */
export function fieldsOf(question: Question): string[] {
  return [question.key, ...SIDES.map((side) => `${question.key}.${side}`)];
}

/** Without what was cleared. */
export function withAnswer(answers: Answers, field: string, value: Answer): Answers {
  const next = { ...answers, [field]: value };
  if (value === "" || value === false || (Array.isArray(value) && value.length === 0)) delete next[field];
  return next;
}

/** The errors of one section, by field. */
export function errorsIn(section: Section, errors: Record<string, string>): Record<string, string> {
  const mine = section.questions.flatMap(fieldsOf);
  return Object.fromEntries(Object.entries(errors).filter(([field]) => mine.includes(field)));
}

/** The first section in which something is to be mended; -1 where there is none. */
export function firstWrong(sections: Section[], errors: Record<string, string>): number {
  return sections.findIndex((section) => Object.keys(errorsIn(section, errors)).length > 0);
}

/** One's own package is put together on the phone page, which reckons the money as it goes. */
export function isForThePhonePage(definition: Definition): boolean {
  return definition.sections.some((section) => section.questions.some((one) => one.kind === "package"));
}

export function steps(question: Question): Option[] {
  const least = Number(question.least || 1), most = Number(question.most || 5), step = Number(question.step || 1);
  const count = Math.floor((most - least) / step + 1e-9) + 1;
  return Array.from({ length: count }, (_, place) => {
    const value = String(Number((least + step * place).toFixed(6)));
    const word = place === 0 ? question.low : place === count - 1 ? question.high : "";
    return { value, title: word ? `${value}　${word}` : value };
  });
}
