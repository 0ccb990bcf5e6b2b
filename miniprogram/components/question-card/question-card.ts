// One question of a survey, drawn by its kind. It keeps nothing: every change goes up as {field, value}.
import { Answer, Answers, Option, Question, steps } from "../../lib/questionnaire";

const STANCES: Option[] = [
  { value: "agree", title: "同意" },
  { value: "disagree", title: "不同意" },
  { value: "neutral", title: "无所谓" },
];
const NONE: Question = { key: "", kind: "note", title: "" };
const LISTED = ["one", "many", "scale", "ranking", "stance", "items", "contribution"];
const SEVERAL = ["many", "items", "ranking"];
const MOST_PHOTOS = 10;
const DEFAULT_TOP = 3;

function several(value: Answer | undefined): string[] {
  if (value === undefined || value === "") return [];
  return Array.isArray(value) ? value.map(String) : [String(value)];
}

Component({
  properties: {
    question: { type: Object, value: NONE as Question },
    answers: { type: Object, value: {} as Answers },
    errors: { type: Object, value: {} as Record<string, string> },
    isSending: { type: Boolean, value: false },
  },
  data: {
    isListed: false,
    isMany: false,
    isRanked: false,
    options: [] as Option[],
    chosen: [] as string[],
    top: [] as string[],
    wanted: [] as Option[],
    mostTop: DEFAULT_TOP,
    ways: [] as string[],
    text: "",
    other: "",
    hasOther: false,
    reason: "",
    consents: false,
    photos: 0,
    mostPhotos: MOST_PHOTOS,
    wrong: [] as string[],
  },
  observers: {
    "question, answers, errors"(question: Question, answers: Answers, errors: Record<string, string>) {
      const side = (name: string) => answers[`${question.key}.${name}`];
      const own = answers[question.key];
      const top = several(side("top"));
      const chosen = [...several(own), ...top.filter((one) => !several(own).includes(one))];
      const options = this.optionsOf(question);
      this.setData({
        isListed: LISTED.includes(question.kind),
        isMany: SEVERAL.includes(question.kind),
        isRanked: question.kind === "ranking",
        options,
        chosen,
        top,
        wanted: question.kind === "items" ? options.filter((one) => chosen.includes(one.value)) : [],
        mostTop: question.at_most || DEFAULT_TOP,
        ways: several(side("ways")),
        text: LISTED.includes(question.kind) ? "" : several(own).join(""),
        other: String(side("other") || ""),
        hasOther: question.other === true && chosen.includes("other"),
        reason: String(side("reason") || ""),
        consents: side("consent") === true,
        photos: question.kind === "photo" ? several(own).length : 0,
        wrong: Object.entries(errors)
          .filter(([field]) => field === question.key || field.startsWith(`${question.key}.`))
          .map(([, said]) => said),
      });
    },
  },
  methods: {
    optionsOf(question: Question): Option[] {
      if (question.kind === "stance") return STANCES;
      return question.kind === "scale" ? steps(question) : question.options || [];
    },
    say(side: string, value: Answer) {
      const key = (this.data.question as Question).key;
      this.triggerEvent("answer", { field: side ? `${key}.${side}` : key, value });
    },
    choose(event: WechatMiniprogram.CustomEvent<{ chosen: string[] }>) {
      const { chosen } = event.detail;
      // Of what is no longer wanted nothing can be most important.
      const top = this.data.top.filter((one) => chosen.includes(one));
      if (top.length < this.data.top.length) this.say("top", top);
      this.say("", this.data.isMany ? chosen : chosen[0] || "");
    },
    chooseTop(event: WechatMiniprogram.CustomEvent<{ chosen: string[] }>) {
      this.say("top", event.detail.chosen);
    },
    chooseWays(event: WechatMiniprogram.CustomEvent<{ chosen: string[] }>) {
      this.say("ways", event.detail.chosen);
    },
    write(event: WechatMiniprogram.Input) {
      this.say((event.currentTarget.dataset.side as string) || "", event.detail.value);
    },
    consent() {
      this.say("consent", !this.data.consents);
    },
    picked(event: WechatMiniprogram.CustomEvent<{ paths: string[] }>) {
      this.triggerEvent("photos", { question: (this.data.question as Question).key, paths: event.detail.paths });
    },
  },
});
