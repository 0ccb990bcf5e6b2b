// Showing that one is the owner, by what the committee's ledger has: votes are the owners'.
import { call } from "../../api/client";
import { PhoneProofIn, ProofIn } from "../../api/shapes";
import { goHome } from "../../lib/going";
import { newKey } from "../../lib/keys";
import { textSize } from "../../lib/size";
import { errorsOf, sentenceOf } from "../../lib/telling";

const WAYS = [
  { value: "phone", title: "手机号后 4 位", help: "登记在居委会的那个" },
  { value: "id", title: "身份证号后 6 位", help: "最后一位可以是 X" },
];

Component({
  data: { size: "normal", told: "", isBusy: false, isFresh: false, id: 0, name: "", tail: "", way: "phone", ways: WAYS, errors: {} as Record<string, string> },
  methods: {
    onLoad(asked: Record<string, string | undefined>) {
      this.setData({ size: textSize(), id: Number(asked.id), isFresh: asked.fresh === "1" });
    },
    writeName(event: WechatMiniprogram.Input) {
      this.setData({ name: event.detail.value });
    },
    writeTail(event: WechatMiniprogram.Input) {
      this.setData({ tail: event.detail.value });
    },
    choose(event: WechatMiniprogram.CustomEvent<{ chosen: string[] }>) {
      this.setData({ way: event.detail.chosen[0] || this.data.way });
    },
    // Each try is a try of its own: the house counts them.
    send() {
      const body: ProofIn = { name: this.data.name, tail: this.data.tail, way: this.data.way as "phone" | "id" };
      return this.proven(() => call("POST /bindings/{binding_id}/proofs", { path: { binding_id: this.data.id }, body, key: newKey() }));
    },
    /** The number itself never comes here: WeChat gives a code, and the house asks WeChat. */
    phone(event: WechatMiniprogram.CustomEvent<{ code?: string }>) {
      const { code } = event.detail;
      if (!code) {
        this.setData({ told: "没有用微信的手机号，照下面填也一样。" });
        return Promise.resolve();
      }
      const body: PhoneProofIn = this.data.name ? { code, name: this.data.name } : { code };
      return this.proven(() => call("POST /bindings/{binding_id}/phone-proofs", { path: { binding_id: this.data.id }, body, key: newKey() }));
    },
    async proven(asking: () => Promise<unknown>) {
      if (this.data.isBusy) return;
      this.setData({ isBusy: true, told: "", errors: {} });
      try {
        await asking();
        goHome();
      } catch (why) {
        this.setData({ told: sentenceOf(why), errors: errorsOf(why) });
      } finally {
        this.setData({ isBusy: false });
      }
    },
    later() {
      goHome();
    },
  },
});
