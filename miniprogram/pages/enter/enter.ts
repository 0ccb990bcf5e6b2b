// Coming in by the slip of the letterbox: which home it is, what is kept of the person, and only after a yes the binding.
import { call } from "../../api/client";
import { enterBySlip } from "../../api/signing";
import { PrivacyOut } from "../../api/shapes";
import { HOUSE } from "../../config";
import { goHome, goInstead } from "../../lib/going";
import { keysOfForm } from "../../lib/keys";
import { read, typed } from "../../lib/scanned";
import { textSize } from "../../lib/size";
import { sentenceOf } from "../../lib/telling";

let key = keysOfForm();

Component({
  data: {
    size: "normal",
    told: "",
    isBusy: false,
    code: "",
    written: "",
    label: "",
    community: "",
    place: "",
    house: "",
    notices: [] as PrivacyOut[],
    isWhole: false,
  },
  methods: {
    onLoad(asked: Record<string, string | undefined>) {
      key = keysOfForm();
      this.setData({ size: textSize() });
      const code = decodeURIComponent(asked.code || "");
      return code ? this.show(code) : Promise.resolve();
    },
    write(event: WechatMiniprogram.Input) {
      this.setData({ written: event.detail.value });
    },
    look() {
      const code = typed(this.data.written);
      if (!code) {
        this.setData({ told: "请填纸上的码。" });
        return Promise.resolve();
      }
      return this.show(code);
    },
    async show(code: string) {
      try {
        const [slip, house] = await Promise.all([call("GET /slips/{code}", { path: { code } }), call("GET /privacy-notice", {})]);
        const place = slip.privacy;
        this.setData({
          told: "",
          code,
          label: slip.label,
          community: slip.community,
          place: place.version,
          house: house.version,
          notices: house.version === place.version ? [place] : [place, house],
        });
      } catch (why) {
        this.setData({ told: sentenceOf(why) });
      }
    },
    scan() {
      wx.scanCode({
        success: (found) => {
          const code = read(found.result, HOUSE);
          if (code.kind === "slip") void this.show(code.code);
          else this.setData({ told: "这不是信箱里的纸条。请扫写着你家门牌的那一张。" });
        },
        fail: () => undefined,
      });
    },
    turn() {
      this.setData({ isWhole: !this.data.isWhole });
    },
    async agree() {
      if (this.data.isBusy) return;
      this.setData({ isBusy: true, told: "" });
      const { code, place, house } = this.data;
      try {
        const home = await enterBySlip(code, { house, place }, key([code, place]));
        if (home.level === "owner") goHome();
        else goInstead("prove", { id: home.id, fresh: 1 });
      } catch (why) {
        this.setData({ told: sentenceOf(why) });
      } finally {
        this.setData({ isBusy: false });
      }
    },
    leave() {
      goHome();
    },
  },
});
