// A survey, section by section. Every step forward is kept as the draft, so that nothing is lost and another telephone goes on.
import { call, Refusal, sendFile } from "../../api/client";
import { DraftIn, HomeOut, QuestionnaireOut } from "../../api/shapes";
import { goHome, goWeb } from "../../lib/going";
import { keysOfForm } from "../../lib/keys";
import {
  Answer, Answers, Definition, errorsIn, firstWrong, isForThePhonePage, Section, shown, withAnswer,
} from "../../lib/questionnaire";
import { textSize } from "../../lib/size";
import { errorsOf, sentenceOf } from "../../lib/telling";
import { chinaDay, chinaEnd, chinaTime } from "../../lib/times";

const CAPACITIES = [
  { value: "owner", title: "业主" },
  { value: "family", title: "业主的家人" },
  { value: "tenant", title: "租户" },
];
const NO_SECTION: Section = { key: "", title: "", questions: [] };

type Step = "home" | "fill" | "done";

let key = keysOfForm();

Component({
  data: {
    size: "normal",
    told: "",
    isBusy: false,
    id: 0,
    survey: null as QuestionnaireOut | null,
    closes: "",
    isOnThePhonePage: false,
    step: "home" as Step,
    homes: [] as { value: string; title: string; help: string }[],
    home: [] as string[],
    asksCapacity: false,
    capacities: CAPACITIES,
    capacity: [] as string[],
    answers: {} as Answers,
    errors: {} as Record<string, string>,
    sections: [] as Section[],
    place: 0,
    section: NO_SECTION,
    isLast: false,
    thanks: "",
    topics: ["vote_opens", "judge_work", "vote_closes"],
  },
  methods: {
    onLoad(asked: Record<string, string | undefined>) {
      key = keysOfForm();
      this.setData({ size: textSize(), id: Number(asked.id) });
      return this.load();
    },
    async load() {
      try {
        const survey = await call("GET /surveys/{survey_id}", { path: { survey_id: this.data.id } });
        const definition = survey.definition as unknown as Definition;
        this.setData({
          told: "",
          survey,
          closes: chinaEnd(survey.closes_at),
          isOnThePhonePage: isForThePhonePage(definition),
          homes: survey.households.map((one) => ({
            value: String(one.household_id),
            title: one.label,
            help: one.answered ? `${chinaTime(one.answered.answered_at)} 填过，可以重填` : one.draft ? "填了一半" : "",
          })),
        });
        if (survey.households.length === 1) this.take(survey.households[0]);
      } catch (why) {
        this.setData({ told: sentenceOf(why) });
      }
    },
    take(home: HomeOut) {
      const kept = home.draft || home.answered;
      const said = home.draft ? home.draft.capacity : null;
      this.setData({
        home: [String(home.household_id)],
        asksCapacity: home.capacity === null,
        capacity: said ? [said] : [],
        answers: kept ? (kept.answers as Answers) : {},
      });
    },
    chooseHome(event: WechatMiniprogram.CustomEvent<{ chosen: string[] }>) {
      const home = this.data.survey && this.data.survey.households.find((one) => String(one.household_id) === event.detail.chosen[0]);
      if (home) this.take(home);
    },
    chooseCapacity(event: WechatMiniprogram.CustomEvent<{ chosen: string[] }>) {
      this.setData({ capacity: event.detail.chosen, told: "" });
    },
    start() {
      if (!this.data.home.length) {
        this.setData({ told: "先选替哪一户填。" });
      } else if (this.data.asksCapacity && !this.data.capacity.length) {
        this.setData({ told: "请说你是这一户的业主、家人还是租户。" });
      } else {
        this.setData({ step: "fill", place: 0, told: "" });
        this.draw();
      }
    },
    openPage() {
      goWeb(`/surveys/${this.data.id}`);
    },
    draw() {
      const definition = (this.data.survey as QuestionnaireOut).definition as unknown as Definition;
      const sections = shown(definition, this.data.answers, chinaDay(Date.now()));
      const place = Math.max(0, Math.min(this.data.place, sections.length - 1));
      this.setData({ sections, place, section: sections[place] || NO_SECTION, isLast: place >= sections.length - 1 });
    },
    answer(event: WechatMiniprogram.CustomEvent<{ field: string; value: Answer }>) {
      const { field, value } = event.detail;
      this.setData({ answers: withAnswer(this.data.answers, field, value), told: "" });
      this.draw();
    },
    sent(): DraftIn {
      return {
        household_id: Number(this.data.home[0]),
        capacity: (this.data.capacity[0] || null) as DraftIn["capacity"],
        answers: this.data.answers,
      };
    },
    async keep(): Promise<Record<string, string>> {
      const kept = await call("PUT /surveys/{survey_id}/draft", { path: { survey_id: this.data.id }, body: this.sent() });
      return Object.fromEntries(Object.entries(kept.errors).map(([field, said]) => [field, said[0]]));
    },
    async next() {
      await this.busy(async () => {
        const errors = errorsIn(this.data.section, await this.keep());
        this.setData({ errors });
        if (Object.keys(errors).length) this.setData({ told: "这一页还有几处要改。" });
        else this.turn(this.data.place + 1);
      });
    },
    back() {
      if (this.data.place === 0) this.setData({ step: "home", told: "" });
      else this.turn(this.data.place - 1);
    },
    turn(place: number) {
      this.setData({ place, told: "" });
      this.draw();
      wx.pageScrollTo({ scrollTop: 0, duration: 0 });
    },
    async send() {
      await this.busy(async () => {
        const path = { survey_id: this.data.id };
        const body = this.sent();
        try {
          const given = await call("POST /surveys/{survey_id}/responses", { path, body, key: key([path, body]) });
          this.setData({ step: "done", thanks: given.thanks || "收到了。谢谢你。" });
        } catch (why) {
          this.showWrong(why);
        }
      });
    },
    /** To the first page where something is to be mended; what is no answer's fault is raised again. */
    showWrong(why: unknown) {
      const errors = errorsOf(why);
      const place = firstWrong(this.data.sections, errors);
      if (place < 0) throw why;
      this.setData({ errors });
      this.turn(place);
      this.setData({ told: sentenceOf(why) });
    },
    async photos(event: WechatMiniprogram.CustomEvent<{ question: string; paths: string[] }>) {
      const { question, paths } = event.detail;
      await this.busy(async () => {
        for (const filePath of paths) {
          const form = { household_id: Number(this.data.home[0]), question };
          const kept = await sendFile("POST /surveys/{survey_id}/photos", { path: { survey_id: this.data.id }, file: "photo", form }, filePath);
          this.setData({ answers: withAnswer(this.data.answers, question, kept.photos) });
        }
        this.draw();
      });
    },
    async busy(work: () => Promise<void>) {
      if (this.data.isBusy) return;
      this.setData({ isBusy: true, told: "" });
      try {
        await work();
      } catch (why) {
        if (!(why instanceof Refusal)) throw why;
        this.setData({ told: sentenceOf(why) });
      } finally {
        this.setData({ isBusy: false });
      }
    },
    home() {
      goHome();
    },
  },
});
