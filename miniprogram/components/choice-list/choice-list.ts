// Options under one another, one or several of them; with `ranks` in the order they were tapped.
import { Option } from "../../lib/questionnaire";

interface Row extends Option {
  isChosen: boolean;
  /** What a ranking shows beside it: its place. */
  place: number;
}

Component({
  properties: {
    options: { type: Array, value: [] as Option[] },
    /** The chosen values. */
    chosen: { type: Array, value: [] as string[] },
    isMany: { type: Boolean, value: false },
    ranks: { type: Boolean, value: false },
    label: { type: String, value: "" },
  },
  data: { rows: [] as Row[] },
  observers: {
    "options, chosen"(options: Option[], chosen: string[]) {
      const rows = options.map((one) => ({ ...one, isChosen: chosen.includes(one.value), place: chosen.indexOf(one.value) + 1 }));
      this.setData({ rows });
    },
  },
  methods: {
    tap(event: WechatMiniprogram.TouchEvent) {
      const value = event.currentTarget.dataset.value as string;
      this.triggerEvent("change", { chosen: this.next(value) });
    },
    next(value: string): string[] {
      const chosen = this.data.chosen as string[];
      const isChosen = chosen.includes(value);
      if (!this.data.isMany && !this.data.ranks) return isChosen ? [] : [value];
      return isChosen ? chosen.filter((one) => one !== value) : [...chosen, value];
    },
  },
});
