// What waits for me: votes, surveys, works to judge, answered reports, notices, messages; my homes; and the way to everything else.
import { call, Refusal } from "../../api/client";
import { isIn } from "../../api/signing";
import { BallotTextOut, BindingOut } from "../../api/shapes";
import { go, goWeb } from "../../lib/going";
import { chooseSize, textSize } from "../../lib/size";
import { chinaDate, chinaEnd } from "../../lib/times";
import { sceneIn } from "../../lib/scanned";

interface Task {
  id: string;
  title: string;
  words: string;
  verb: string;
  isWaiting: boolean;
  page: string;
  number: number;
  path: string;
}

interface Way {
  title: string;
  words: string;
  path: string;
}

const MOST_NOTICES = 4;

async function tasks(homes: BindingOut[]): Promise<Task[]> {
  const found = await Promise.all([votesOf(), surveysOf(homes.length), roundsOf(), reportsOf()]);
  return found.flat();
}

async function votesOf(): Promise<Task[]> {
  const { items } = await call("GET /ballots", {});
  const open = items.filter((one) => one.stage === "open");
  const whole = await Promise.all(open.map((one) => call("GET /ballots/{ballot_id}", { path: { ballot_id: one.id } })));
  return whole.map(voteOf);
}

function voteOf(of: BallotTextOut): Task {
  const isWaiting = of.me.may_vote && !of.me.has_voted;
  const said = of.me.has_voted ? `你家投过了${of.me.may_vote ? "，可以改" : ""}。` : isWaiting ? "" : of.me.message;
  const words = `${of.closes_at ? `${chinaEnd(of.closes_at)} 截止。` : ""}${said}`;
  return { id: `vote${of.id}`, title: of.title, words, verb: isWaiting ? "去投票" : "看投什么、多少人投了", isWaiting, page: "vote", number: of.id, path: "" };
}

async function surveysOf(homes: number): Promise<Task[]> {
  const { items } = await call("GET /surveys", {});
  return items
    .filter((one) => one.waiting.length > 0)
    .map((one) => {
      const left = homes > 1 ? one.waiting.map((home) => home.label).join("、") : "你家";
      const words = `${chinaEnd(one.closes_at)} 截止。${left}还没填。`;
      return { id: `survey${one.id}`, title: one.title, words, verb: "去填", isWaiting: true, page: "survey", number: one.id, path: "" };
    });
}

async function roundsOf(): Promise<Task[]> {
  const { items } = await call("GET /evaluations", {});
  return items
    .filter((one) => one.households.some((home) => home.answer === null))
    .map((one) => {
      const words = `${one.name}。${chinaDate(one.closes_on)} 24:00 截止。`;
      return { id: `round${one.id}`, title: "改造做得怎么样，请你评一评", words, verb: "去评", isWaiting: true, page: "", number: one.id, path: `/me/evaluations/${one.id}` };
    });
}

/** What was answered, until whoever reported it has said whether it is solved. */
async function reportsOf(): Promise<Task[]> {
  const { items } = await call("GET /tickets", { query: { scope: "waiting" } });
  return items.map((one) => {
    const words = `${one.place}，${one.category_name}。${one.state === "done" ? "办的人说办好了，你看看是不是。" : `${one.state_name}，看看怎么说的。`}`;
    return { id: `report${one.id}`, title: "你报的有答复了", words, verb: "去看，说一声", isWaiting: true, page: "", number: one.id, path: `/tickets/${one.id}` };
  });
}

function waysOf(homes: BindingOut[]): Way[] {
  const places = [...new Map(homes.map((one) => [one.community_id, one.community])).entries()];
  const of = (name: string) => (places.length > 1 ? `${name}的` : "");
  return [
    { title: "我报的", words: "办到哪一步了", path: "/tickets" },
    { title: "公示和公告", words: "", path: "/notices" },
    { title: "消息", words: "", path: "/inbox" },
    { title: "替别人投票", words: "业主委托了你，给了编码", path: "/proxies" },
    ...places.flatMap(([id, name]) => [
      { title: `${of(name)}议事会`, words: "提一件事，看大家提的", path: `/communities/${id}/matters` },
      { title: `${of(name)}改造进展`, words: "", path: `/communities/${id}/works` },
      { title: of(name) ? `${of(name)}物业` : "谁管我们", words: "", path: `/communities/${id}/management` },
      { title: `${name}的公开页`, words: "结果、方案、决定", path: `/communities/${id}` },
    ]),
  ];
}

Component({
  data: {
    size: "normal",
    isReady: false,
    isOutside: false,
    /** Whether what waits was read: before that, nothing is said of it. */
    isLoaded: false,
    told: "",
    tasks: [] as Task[],
    notices: [] as Way[],
    unread: 0,
    homes: [] as BindingOut[],
    ways: [] as Way[],
    place: "",
    topics: ["vote_opens", "vote_closes", "judge_work", "report_answered", "objection_answered", "decision_stands"],
  },
  methods: {
    onShow() {
      this.setData({ size: textSize() });
      return this.load();
    },
    async onPullDownRefresh() {
      await this.load();
      wx.stopPullDownRefresh();
    },
    async load() {
      try {
        if (await isIn()) await this.show();
        else this.setData({ isReady: true, isOutside: true });
      } catch (why) {
        if (!(why instanceof Refusal)) throw why;
        if (why.isOutside) await this.again();
        else this.setData({ isReady: true, told: why.detail });
      }
    },
    /** The token had run out and is forgotten: WeChat's code gives another, or the slip is needed. */
    async again() {
      try {
        if (await isIn()) await this.show();
        else this.setData({ isReady: true, isOutside: true });
      } catch (why) {
        if (!(why instanceof Refusal)) throw why;
        this.setData({ isReady: true, isOutside: why.isOutside, told: why.detail });
      }
    },
    async show() {
      const me = await call("GET /me", {});
      const [found, notices, inbox] = await Promise.all([
        tasks(me.bindings),
        call("GET /notices", {}),
        call("GET /messages", { query: { page: 1 } }),
      ]);
      const hanging = notices.items.filter((one) => one.is_hanging).slice(0, MOST_NOTICES);
      this.setData({
        isReady: true,
        isOutside: false,
        isLoaded: true,
        told: "",
        tasks: found,
        notices: hanging.map((one) => ({ title: one.title, words: `${one.kind_name}，${chinaDate(one.last_on)}止`, path: `/notices/${one.id}` })),
        unread: inbox.items.filter((one) => !one.is_read).length,
        homes: me.bindings,
        ways: waysOf(me.bindings),
        place: [...new Set(me.bindings.map((one) => one.community))].join("、"),
      });
    },
    open(event: WechatMiniprogram.TouchEvent) {
      const task = this.data.tasks[event.currentTarget.dataset.place as number];
      if (task.page) go(task.page, { id: task.number });
      else goWeb(task.path);
    },
    web(event: WechatMiniprogram.TouchEvent) {
      goWeb(event.currentTarget.dataset.path as string);
    },
    report() {
      go("report");
    },
    receipts() {
      go("receipt");
    },
    prove(event: WechatMiniprogram.TouchEvent) {
      go("prove", { id: event.currentTarget.dataset.id as number });
    },
    enter() {
      go("enter");
    },
    scan() {
      wx.scanCode({
        // A code of WeChat's own names a page of ours; a plain one says an address.
        success: (found) => go("scan", found.path ? { scene: sceneIn(found.path) } : { q: found.result }),
        // Closed without a code: nothing is wrong.
        fail: () => undefined,
      });
    },
    turnSize() {
      chooseSize(this.data.size === "large" ? "normal" : "large");
      this.setData({ size: textSize() });
    },
  },
});
