// A receipt: shown after voting, or looked up by its code. What became of the vote, never what was chosen.
import { call } from "../../api/client";
import { ReceiptOut } from "../../api/shapes";
import { goHome } from "../../lib/going";
import { typed } from "../../lib/scanned";
import { textSize } from "../../lib/size";
import { sentenceOf } from "../../lib/telling";
import { chinaTime } from "../../lib/times";

Component({
  data: { size: "normal", told: "", isFresh: false, code: "", written: "", receipt: null as ReceiptOut | null, at: "", topics: ["decision_stands", "vote_opens"] },
  methods: {
    onLoad(asked: Record<string, string | undefined>) {
      const code = decodeURIComponent(asked.code || "");
      this.setData({ size: textSize(), isFresh: asked.fresh === "1", code });
      return code ? this.look() : Promise.resolve();
    },
    write(event: WechatMiniprogram.Input) {
      this.setData({ written: event.detail.value });
    },
    find() {
      const code = typed(this.data.written);
      this.setData({ code, told: code ? "" : "请填回执编号。" });
      return code ? this.look() : Promise.resolve();
    },
    async look() {
      try {
        const receipt = await call("GET /receipts/{code}", { path: { code: this.data.code } });
        this.setData({ receipt, told: "", at: `${chinaTime(receipt.recorded_at)} 收到` });
      } catch (why) {
        this.setData({ told: sentenceOf(why) });
      }
    },
    home() {
      goHome();
    },
  },
});
