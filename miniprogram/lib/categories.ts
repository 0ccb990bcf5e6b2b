// What goes wrong in a community, in the words of the house.
import { TicketIn } from "../api/shapes";

export type Category = TicketIn["category"];

export const CATEGORIES: { value: Category; title: string }[] = [
  { value: "water", title: "水管、下水" },
  { value: "power", title: "供电、照明" },
  { value: "gas", title: "燃气" },
  { value: "lift", title: "电梯" },
  { value: "leak", title: "屋顶、外墙漏水" },
  { value: "road", title: "道路、停车" },
  { value: "fire", title: "消防" },
  { value: "security", title: "门禁、监控" },
  { value: "green", title: "绿化" },
  { value: "waste", title: "垃圾、保洁" },
  { value: "noise", title: "噪声、扰民" },
  { value: "structure", title: "违建、占道" },
  { value: "service", title: "物业服务态度" },
  { value: "fee", title: "收费" },
  { value: "works", title: "改造工程质量" },
  { value: "other", title: "其他" },
];
