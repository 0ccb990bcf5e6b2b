// Where every code leads first: WeChat's own of a slip or poster (scene), a plain one (q), one scanned at home.
import { sceneOf } from "../../api/wechat";
import { HOUSE } from "../../config";
import { go, goHome, goInstead, goWeb } from "../../lib/going";
import { read, Scanned } from "../../lib/scanned";
import { textSize } from "../../lib/size";
import { sentenceOf } from "../../lib/telling";

Component({
  data: { size: "normal", told: "", poster: "" },
  methods: {
    async onLoad(asked: Record<string, string | undefined>) {
      this.setData({ size: textSize() });
      if (asked.scene) await this.resolve(decodeURIComponent(asked.scene));
      else this.follow(read(decodeURIComponent(asked.q || ""), HOUSE));
    },
    async resolve(scene: string) {
      try {
        const { paper, code } = await sceneOf(scene);
        this.follow({ kind: paper === "slip" ? "slip" : "poster", code });
      } catch (why) {
        this.setData({ told: sentenceOf(why) });
      }
    },
    follow(found: Scanned) {
      if (found.kind === "slip") goInstead("enter", { code: found.code });
      else if (found.kind === "receipt") goInstead("receipt", { code: found.code });
      else if (found.kind === "poster") this.setData({ poster: found.code });
      else this.setData({ told: "这个码不是这里的。请扫信箱里的纸条，或楼道里的海报。" });
    },
    report() {
      go("report", { code: this.data.poster });
    },
    place() {
      goWeb(`/p/${this.data.poster}`);
    },
    home() {
      goHome();
    },
  },
});
