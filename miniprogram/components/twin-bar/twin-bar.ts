// How many took part: heads and area, one bar above the other, each with its figure, and the sentence on what is lacking.
import { TurnoutOut } from "../../api/shapes";
import { perCent } from "../../lib/shares";

const NOBODY = { name: "", heads: 0, roll_heads: 0, area: null, roll_area: null, area_per_cent: 0, is_met: false, sentence: "" };

Component({
  properties: { line: { type: Object, value: NOBODY as Partial<TurnoutOut> } },
  data: { heads: 0, area: 0, headsWords: "", areaWords: "" },
  observers: {
    line(line: TurnoutOut) {
      const heads = perCent(line.heads, line.roll_heads);
      const exact = line.area !== null && line.roll_area !== null;
      this.setData({
        heads,
        area: line.area_per_cent,
        headsWords: `${line.heads} / ${line.roll_heads} 人（${heads}%）`,
        areaWords: exact ? `${line.area} / ${line.roll_area} ㎡（${line.area_per_cent}%）` : `${line.area_per_cent}%`,
      });
    },
  },
});
