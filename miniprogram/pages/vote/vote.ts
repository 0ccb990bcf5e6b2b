// One vote: what is asked in plain words, choosing, reading it over once more, and the receipt.
import { call } from "../../api/client";
import { BallotTextOut, VoteIn } from "../../api/shapes";
import { go, goInstead, goWeb } from "../../lib/going";
import { keysOfForm } from "../../lib/keys";
import { Option } from "../../lib/questionnaire";
import { textSize } from "../../lib/size";
import { sentenceOf } from "../../lib/telling";
import { chinaEnd } from "../../lib/times";

interface Motion {
  id: string;
  number: number;
  title: string;
  description: string;
  demand: string;
  options: Option[];
  chosen: string[];
  /** What was chosen, in words, to be read over. */
  words: string;
}

let key = keysOfForm();

function motionsOf(of: BallotTextOut): Motion[] {
  return of.motions.map((one, place) => ({
    id: one.id,
    number: place + 1,
    title: one.title,
    description: one.description,
    demand: one.demand,
    options: one.choices.map((choice) => ({ value: choice.value, title: choice.name, help: choice.meaning })),
    chosen: [],
    words: "",
  }));
}

Component({
  data: {
    size: "normal",
    told: "",
    isBusy: false,
    id: 0,
    ballot: null as BallotTextOut | null,
    closes: "",
    motions: [] as Motion[],
    flats: [] as Option[],
    flat: [] as string[],
    flatWords: "",
    isReviewing: false,
  },
  methods: {
    onLoad(asked: Record<string, string | undefined>) {
      key = keysOfForm();
      this.setData({ size: textSize(), id: Number(asked.id) });
      return this.load();
    },
    async load() {
      try {
        const ballot = await call("GET /ballots/{ballot_id}", { path: { ballot_id: this.data.id } });
        const flats = ballot.me.flats.map((one) => ({ value: String(one.flat_id), title: one.label }));
        this.setData({
          told: "",
          ballot,
          closes: ballot.closes_at ? chinaEnd(ballot.closes_at) : "",
          motions: motionsOf(ballot),
          flats,
          flat: flats.length === 1 ? [flats[0].value] : [],
        });
      } catch (why) {
        this.setData({ told: sentenceOf(why) });
      }
    },
    choose(event: WechatMiniprogram.CustomEvent<{ chosen: string[] }>) {
      const place = event.currentTarget.dataset.place as number;
      const { chosen } = event.detail;
      const motions = this.data.motions.map((one, at) => {
        if (at !== place) return one;
        const option = one.options.find((option) => option.value === chosen[0]);
        return { ...one, chosen, words: option ? option.title : "" };
      });
      this.setData({ motions, told: "" });
    },
    chooseFlat(event: WechatMiniprogram.CustomEvent<{ chosen: string[] }>) {
      this.setData({ flat: event.detail.chosen, told: "" });
    },
    review() {
      const left = this.data.motions.filter((one) => !one.chosen.length);
      if (this.data.flats.length > 1 && !this.data.flat.length) {
        this.setData({ told: "先选投哪一套房的票。" });
      } else if (left.length) {
        this.setData({ told: `还有没选的：${left.map((one) => `第 ${one.number} 项`).join("、")}。每一项都要选。` });
      } else {
        const home = this.data.flats.find((one) => one.value === this.data.flat[0]);
        this.setData({ isReviewing: true, told: "", flatWords: home ? home.title : "" });
      }
    },
    back() {
      this.setData({ isReviewing: false, told: "" });
    },
    async send() {
      if (this.data.isBusy) return;
      this.setData({ isBusy: true, told: "" });
      const body: VoteIn = { choices: Object.fromEntries(this.data.motions.map((one) => [one.id, one.chosen[0]])) };
      if (this.data.flats.length > 1) body.flat_id = Number(this.data.flat[0]);
      try {
        const path = { ballot_id: this.data.id };
        const given = await call("POST /ballots/{ballot_id}/votes", { path, body, key: key([path, body]) });
        goInstead("receipt", { code: given.receipt, fresh: 1 });
      } catch (why) {
        this.setData({ told: sentenceOf(why) });
      } finally {
        this.setData({ isBusy: false });
      }
    },
    receipt(event: WechatMiniprogram.TouchEvent) {
      go("receipt", { code: event.currentTarget.dataset.code as string });
    },
    result() {
      goWeb(`/ballots/${this.data.id}/result`);
    },
    notice() {
      if (this.data.ballot && this.data.ballot.notice_id) goWeb(`/notices/${this.data.ballot.notice_id}`);
    },
  },
});
