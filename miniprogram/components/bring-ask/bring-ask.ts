// Asking whether what happens may be brought to the telephone: after a tap of its own, never in the way of what is being done.
import { Refusal } from "../../api/client";
import { Ask, asked, left, Topic } from "../../lib/bringing";

Component({
  properties: {
    /** Of what, the most wanted first. */
    topics: { type: Array, value: [] as Topic[] },
    words: { type: String, value: "有消息发到我的微信" },
  },
  data: { asks: [] as Ask[], told: "", isAllowed: false },
  lifetimes: {
    attached() {
      void this.look();
    },
  },
  methods: {
    /** The templates must be known before the tap: WeChat shows its question only where nothing comes in between. */
    async look() {
      try {
        this.setData({ asks: await left(this.properties.topics as Topic[]) });
      } catch (why) {
        // Whatever else the page says: without an answer there is nothing to ask.
        if (!(why instanceof Refusal)) throw why;
      }
    },
    async ask() {
      try {
        const allowed = await asked(this.data.asks);
        this.setData({ isAllowed: allowed > 0, told: allowed ? "" : "没有允许，就不发。消息里随时看得到。" });
        if (allowed) await this.look();
      } catch (why) {
        if (!(why instanceof Refusal)) throw why;
        this.setData({ told: why.detail });
      }
    },
  },
});
