// Whatever has no page of its own here: the phone page of the house. And where a message that WeChat brought leads first.
import { addressOf, opened } from "../../api/handing";
import { goInstead, pageOf } from "../../lib/going";

Component({
  data: { address: "" },
  methods: {
    async onLoad(asked: Record<string, string | undefined>) {
      const path = asked.message ? await opened(Number(asked.message)) : decodeURIComponent(asked.path || "/");
      const page = asked.message ? pageOf(path) : null;
      if (page) goInstead(page.name, { id: page.id });
      else this.setData({ address: await addressOf(path) });
    },
  },
});
