// Reporting what is wrong: what, where, pictures; first what is already reported there, then sending.
import { call, Refusal, sendFile } from "../../api/client";
import { TakenTicketOut, TicketIn, TicketOut } from "../../api/shapes";
import { CATEGORIES, Category } from "../../lib/categories";
import { goHome, goWeb } from "../../lib/going";
import { keysOfForm, newKey } from "../../lib/keys";
import { Option } from "../../lib/questionnaire";
import { textSize } from "../../lib/size";
import { errorsOf, sentenceOf } from "../../lib/telling";
import { chinaTime } from "../../lib/times";

const PLACES = [
  { value: "home", title: "我家里" },
  { value: "entrance", title: "楼道、单元" },
  { value: "community", title: "小区里" },
];

interface Spot {
  code?: string;
  flat_id?: number;
  where?: TicketIn["where"];
}

const MOST_PHOTOS = 6;

type Like = TicketOut & { since: string };

let key = keysOfForm();

Component({
  data: {
    size: "normal",
    told: "",
    isBusy: false,
    isSending: false,
    code: "",
    categories: CATEGORIES,
    category: [] as Category[],
    places: PLACES,
    place: ["home"] as string[],
    homes: [] as Option[],
    home: [] as string[],
    words: "",
    isDanger: false,
    photos: [] as string[],
    mostPhotos: MOST_PHOTOS,
    errors: {} as Record<string, string>,
    alike: [] as Like[],
    taken: null as TakenTicketOut | null,
    due: "",
    joined: false,
    topics: ["report_answered"],
  },
  methods: {
    async onLoad(asked: Record<string, string | undefined>) {
      key = keysOfForm();
      this.setData({ size: textSize(), code: decodeURIComponent(asked.code || "") });
      try {
        const homes = (await call("GET /bindings", {})).filter((one) => one.may.includes("report_issue"));
        const options = homes.map((one) => ({ value: String(one.flat_id), title: one.label, help: one.community }));
        this.setData({ homes: options, home: options.slice(0, 1).map((one) => one.value) });
      } catch (why) {
        this.setData({ told: sentenceOf(why) });
      }
    },
    chooseCategory(event: WechatMiniprogram.CustomEvent<{ chosen: Category[] }>) {
      this.setData({ category: event.detail.chosen, told: "" });
    },
    choosePlace(event: WechatMiniprogram.CustomEvent<{ chosen: string[] }>) {
      if (event.detail.chosen.length) this.setData({ place: event.detail.chosen });
    },
    chooseHome(event: WechatMiniprogram.CustomEvent<{ chosen: string[] }>) {
      if (event.detail.chosen.length) this.setData({ home: event.detail.chosen });
    },
    write(event: WechatMiniprogram.Input) {
      this.setData({ words: event.detail.value });
    },
    danger() {
      this.setData({ isDanger: !this.data.isDanger });
    },
    async picked(event: WechatMiniprogram.CustomEvent<{ paths: string[] }>) {
      this.setData({ isSending: true, told: "" });
      try {
        for (const filePath of event.detail.paths) {
          const kept = await sendFile("POST /tickets/photos", { file: "photo" }, filePath);
          this.setData({ photos: [...this.data.photos, kept.photo] });
        }
      } catch (why) {
        this.setData({ told: sentenceOf(why) });
      } finally {
        this.setData({ isSending: false });
      }
    },
    /** A poster says where it hangs; without one it is told from which home. */
    spot(): Spot {
      if (this.data.code) return { code: this.data.code };
      const flat = this.data.home[0];
      return { ...(flat ? { flat_id: Number(flat) } : {}), where: this.data.place[0] as Spot["where"] };
    },
    /** What is like it is shown first; from there it is joined, or sent all the same. */
    async look() {
      const category = this.data.category[0];
      if (!category) {
        this.setData({ told: "选一样是什么问题。" });
        return;
      }
      await this.busy(async () => {
        const found = await call("GET /tickets/similar", { query: { ...this.spot(), category } });
        if (!found.items.length) await this.post();
        else this.setData({ alike: found.items.map((one) => ({ ...one, since: chinaTime(one.opened_at) })) });
      });
    },
    async send() {
      await this.busy(() => this.post());
    },
    async post() {
      const body: TicketIn = {
        ...this.spot(),
        category: this.data.category[0],
        words: this.data.words,
        is_danger: this.data.isDanger,
        photos: this.data.photos,
      };
      const taken = await call("POST /tickets", { body, key: key(body) });
      this.setData({ taken, alike: [], due: taken.due_at ? `${taken.due_for}，最晚 ${chinaTime(taken.due_at)}` : "" });
    },
    async join(event: WechatMiniprogram.TouchEvent) {
      const id = event.currentTarget.dataset.id as number;
      await this.busy(async () => {
        const taken = await call("POST /tickets/{ticket_id}/joins", { path: { ticket_id: id }, key: newKey() });
        this.setData({ taken, joined: true, alike: [] });
      });
    },
    async busy(work: () => Promise<void>) {
      if (this.data.isBusy) return;
      this.setData({ isBusy: true, told: "", errors: {} });
      try {
        await work();
      } catch (why) {
        if (!(why instanceof Refusal)) throw why;
        this.setData({ told: sentenceOf(why), errors: errorsOf(why), alike: [] });
      } finally {
        this.setData({ isBusy: false });
      }
    },
    back() {
      this.setData({ alike: [] });
    },
    follow() {
      if (this.data.taken) goWeb(`/tickets/${this.data.taken.id}`);
    },
    leave() {
      goHome();
    },
  },
});
