"""Settings of tickets: how long each step may take, who is told when it is late, when a resident is asked again,
and how long whoever renovated answers for it."""

from server.policies.rules.words import Basis, Kind, Spec

TICKETS = (
    Spec(
        "ticket.p0_accept", Kind.NUMBER, "危险的报修，几分钟内受理", "燃气泄漏、电梯困人、火险这类危及人身的，从报上来算，全天不停地算。",
        5, Basis.HOUSE, "维修和投诉的时限全国没有统一数字；参照各地常用标准", unit="分钟", least=1, most=60,
    ),
    Spec(
        "ticket.p0_on_site", Kind.NUMBER, "危险的报修，几分钟内到场", "从报上来算，全天不停地算。",
        30, Basis.HOUSE, "参照电梯困人 30 分钟内到场（TSG T5002）", unit="分钟", least=1, most=240,
    ),
    Spec(
        "ticket.p0_fixed", Kind.NUMBER, "危险的报修，几小时内办完", "从报上来算，全天不停地算。",
        24, Basis.HOUSE, "维修和投诉的时限全国没有统一数字；参照各地常用标准", unit="小时", least=1, most=240,
    ),
    Spec(
        "ticket.p1_accept", Kind.NUMBER, "紧急的报修，几分钟内受理", "爆管、漏水、停电这类，从报上来算，全天不停地算。",
        15, Basis.HOUSE, "维修和投诉的时限全国没有统一数字；参照各地常用标准", unit="分钟", least=1, most=240,
    ),
    Spec(
        "ticket.p1_on_site", Kind.NUMBER, "紧急的报修，几分钟内到场", "从报上来算，全天不停地算。",
        60, Basis.HOUSE, "维修和投诉的时限全国没有统一数字；参照各地常用标准", unit="分钟", least=1, most=720,
    ),
    Spec(
        "ticket.p1_fixed", Kind.NUMBER, "紧急的报修，几小时内办完", "从报上来算，全天不停地算。",
        24, Basis.HOUSE, "维修和投诉的时限全国没有统一数字；参照各地常用标准", unit="小时", least=1, most=240,
    ),
    Spec(
        "ticket.p2_accept", Kind.NUMBER, "一般的报修，几小时内受理", "从报上来算，只算上班时间。",
        4, Basis.HOUSE, "维修和投诉的时限全国没有统一数字；参照各地常用标准", unit="小时", least=1, most=80,
    ),
    Spec(
        "ticket.p2_fixed", Kind.NUMBER, "一般的报修，几小时内办完", "从报上来算，只算工作日。72 小时就是三个工作日。",
        72, Basis.HOUSE, "维修和投诉的时限全国没有统一数字；参照各地常用标准", unit="小时", least=1, most=1440,
    ),
    Spec(
        "ticket.p3_reply", Kind.NUMBER, "投诉和建议，几小时内答复", "从报上来算，只算工作日。受理时写的话就是第一次答复。",
        24, Basis.HOUSE, "民法典第 285 条要求及时答复；参照各地常用标准", unit="小时", least=1, most=240,
    ),
    Spec(
        "ticket.p3_fixed", Kind.NUMBER, "投诉和建议，几小时内办结", "从报上来算，只算工作日。168 小时就是七个工作日。",
        168, Basis.HOUSE, "参照杭州市物业管理条例（物业十日内答复投诉）", unit="小时", least=1, most=1440,
    ),
    Spec(
        "ticket.urgent_to_committee", Kind.NUMBER, "危险和紧急的超时多久报居委会", "从超时算起：该受理、该到场、该办好，哪个时间过了都算。",
        15, Basis.HOUSE, "法律没有规定", unit="分钟", least=0, most=1440,
    ),
    Spec(
        "ticket.urgent_to_street", Kind.NUMBER, "危险和紧急的超时多久报街道", "从超时算起：该受理、该到场、该办好，哪个时间过了都算。",
        60, Basis.HOUSE, "法律没有规定", unit="分钟", least=1, most=2880,
    ),
    Spec(
        "ticket.urgent_to_county", Kind.NUMBER, "危险和紧急的超时多久报县里", "从超时算起：该受理、该到场、该办好，哪个时间过了都算。",
        240, Basis.HOUSE, "法律没有规定", unit="分钟", least=1, most=10080,
    ),
    Spec(
        "ticket.to_committee", Kind.NUMBER, "一般的超时多久报居委会", "从超时算起：该受理、该到场、该办好，哪个时间过了都算，投诉和建议也按这一条。",
        4, Basis.HOUSE, "法律没有规定", unit="小时", least=0, most=720,
    ),
    Spec(
        "ticket.to_street", Kind.NUMBER, "一般的超时多久报街道", "从超时算起：该受理、该到场、该办好，哪个时间过了都算，投诉和建议也按这一条。",
        48, Basis.HOUSE, "法律没有规定", unit="小时", least=1, most=1440,
    ),
    Spec(
        "ticket.to_county", Kind.NUMBER, "一般的超时多久报县里", "从超时算起：该受理、该到场、该办好，哪个时间过了都算，投诉和建议也按这一条。",
        120, Basis.HOUSE, "法律没有规定", unit="小时", least=1, most=2160,
    ),
    Spec(
        "ticket.remind_days", Kind.NUMBER, "办完几天没人确认，再问一次", "居民没有确认，过这么多天再问一次。",
        3, Basis.HOUSE, "法律没有规定", unit="天", least=1, most=30,
    ),
    Spec(
        "ticket.lapse_days", Kind.NUMBER, "再问以后几天没人答复就结束", "结束了记成“未确认”，不算居民满意。",
        4, Basis.HOUSE, "法律没有规定", unit="天", least=1, most=30,
    ),
    Spec(
        "ticket.reopen_days", Kind.NUMBER, "结束以后几天内可以重新打开", "还在等居民答复的，随时可以说没解决。居民确认了，或者没等到答复结束了，在这么多天里还可以重新打开，不用另报。",
        30, Basis.HOUSE, "法律没有规定", unit="天", least=7, most=180,
    ),
    Spec(
        "ticket.office_opens", Kind.NUMBER, "几点上班", "上班时间从这个钟点开始算。",
        9, Basis.HOUSE, "法律没有规定", unit="点", least=0, most=12,
    ),
    Spec(
        "ticket.office_closes", Kind.NUMBER, "几点下班", "上班时间到这个钟点为止。",
        17, Basis.HOUSE, "法律没有规定", unit="点", least=13, most=23,
    ),
    Spec(
        "ticket.figures_days", Kind.NUMBER, "报修的数字算几天以内的", "按时办结率这些数，算今天往前这么多天里办结的；还在办的都算。改了以后，各级看到的数一起变。",
        365, Basis.HOUSE, "法律没有规定", unit="天", least=30, most=1096,
    ),
    Spec(
        "ticket.repeat_failures", Kind.NUMBER, "同一处坏几次要查根子", "同一个设施在下一条写的月数里坏了这么多次，就自动开一件预防性检修。",
        3, Basis.HOUSE, "法律没有规定", unit="次", least=2, most=20,
    ),
    Spec(
        "ticket.repeat_months", Kind.NUMBER, "坏几次在几个月里数", "和上一条一起用。",
        6, Basis.HOUSE, "法律没有规定", unit="个月", least=1, most=36,
    ),
    Spec(
        "warranty.roof_wet_years", Kind.NUMBER, "屋面、外墙、卫生间防水保修几年", "从竣工那天算起，这么多年里漏了由施工单位修。法律规定最少五年。",
        5, Basis.LAW, "《建设工程质量管理条例》第四十条", unit="年", least=5, most=50,
    ),
    Spec(
        "warranty.pipes_years", Kind.NUMBER, "给排水和燃气管道保修几年", "从竣工那天算起。法律规定最少两年。",
        2, Basis.LAW, "《建设工程质量管理条例》第四十条", unit="年", least=2, most=50,
    ),
    Spec(
        "warranty.electrics_years", Kind.NUMBER, "电气线路、照明、弱电保修几年", "从竣工那天算起。法律规定最少两年。",
        2, Basis.LAW, "《建设工程质量管理条例》第四十条", unit="年", least=2, most=50,
    ),
    Spec(
        "warranty.fit_out_years", Kind.NUMBER, "装修、外墙面、道路和场地保修几年", "从竣工那天算起。装修法律规定最少两年。",
        2, Basis.LAW, "《建设工程质量管理条例》第四十条", unit="年", least=2, most=50,
    ),
    Spec(
        "warranty.insulation_years", Kind.NUMBER, "外墙保温保修几年", "从竣工那天算起。法律规定最少五年。",
        5, Basis.LAW, "《民用建筑节能条例》第二十三条", unit="年", least=5, most=50,
    ),
    Spec(
        "warranty.structure_years", Kind.NUMBER, "地基和主体结构保修几年", "设计文件写的合理使用年限。",
        50, Basis.LAW, "《建设工程质量管理条例》第四十条", unit="年", least=5, most=150,
    ),
    Spec(
        "warranty.other_years", Kind.NUMBER, "其他项目保修几年", "按合同约定。没有约定的填 0，就不算在保修里。",
        0, Basis.HOUSE, "《建设工程质量管理条例》第四十条：由双方约定", unit="年", least=0, most=50,
    ),
    Spec(
        "warranty.heating_seasons", Kind.NUMBER, "供热系统保修几个采暖期", "竣工以后完整的采暖期。法律规定最少两个。",
        2, Basis.LAW, "《建设工程质量管理条例》第四十条", unit="个", least=2, most=20,
    ),
    Spec(
        "warranty.heating_from", Kind.YEAR_DAY, "采暖期从哪天开始", "当地每年开始供热的那一天。",
        "11-15", Basis.HOUSE, "各地规定不一样，按当地的填",
    ),
    Spec(
        "warranty.heating_until", Kind.YEAR_DAY, "采暖期到哪天结束", "当地第二年停止供热的那一天。",
        "03-15", Basis.HOUSE, "各地规定不一样，按当地的填",
    ),
)  # fmt: skip
