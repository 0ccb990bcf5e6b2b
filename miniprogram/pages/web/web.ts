// Whatever has no page of its own here: the phone page of the house.
import { webAddress } from "../../lib/going";

Component({
  data: { address: "" },
  methods: {
    onLoad(asked: Record<string, string | undefined>) {
      this.setData({ address: webAddress(decodeURIComponent(asked.path || "/")) });
    },
  },
});
