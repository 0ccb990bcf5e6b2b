"""Which settings there are, and what holds where nobody set one."""

from server.kernel.errors import Invalid
from server.policies.rules.tickets import TICKETS
from server.policies.rules.words import Basis, Kind, Spec


def _days(length: int) -> dict[str, int]:
    return {"days": length}


KEYS: dict[str, Spec] = {
    spec.key: spec
    for spec in (
        Spec(
            "ballot.notice_period", Kind.PERIOD, "表决前公告多久",
            "表决事项贴出来，到开始投票，至少要隔这么久。改动表决内容要重新算。",
            _days(15), Basis.LAW, "《物业管理条例》第十四条", least=15, most=90, is_floor=True,
        ),
        Spec(
            "ballot.shortest_days", Kind.NUMBER, "投票最短几天", "投票至少开放这么多天，让白天上班的人也赶得上。",
            5, Basis.HOUSE, "参照杭州市物业管理条例第二十条", unit="天", least=1, most=60,
        ),
        Spec(
            "ballot.longest_days", Kind.NUMBER, "投票最长几天", "投票连同延期，最多开放这么多天。",
            60, Basis.HOUSE, "参照杭州市物业管理条例第二十条", unit="天", least=1, most=365,
        ),
        Spec(
            "ballot.precedence", Kind.CHOICE, "同一业主投了几次，算哪一次", "手机和纸质都投了，或投了几次，按这一条定算哪一次。投票开始前定好，中途不改。",
            "latest", Basis.HOUSE, "法律没有规定",
            options=(("latest", "算最后一次"), ("first", "算第一次"), ("paper", "纸质优先"), ("online", "手机优先")),
        ),
        Spec(
            "ballot.may_change_vote", Kind.FLAG, "截止前能不能改票", "能改时，业主在截止前可以重新投，按上一条定算哪一次。",
            True, Basis.HOUSE, "法律没有规定",
        ),
        Spec(
            "ballot.unreturned", Kind.CHOICE, "没交回的票怎么算", "没交回的票一般不算参与。议事规则另有约定、逐户送达有凭据、事先讲明后果的，才能算随多数。",
            "none", Basis.HOUSE, "民法典第 278 条只算参与表决的业主",
            options=(("none", "不算参与"), ("follow_majority", "按议事规则随多数")),
        ),
        Spec(
            "ballot.proxy_limit", Kind.NUMBER, "一个人最多替几位业主投票", "受托人最多接受这么多位业主的书面委托。物业公司的人不能受托。",
            3, Basis.HOUSE, "全国没有统一数字", unit="位", least=0, most=20,
        ),
        Spec(
            "ballot.posted_days", Kind.NUMBER, "送不到的，张贴几天算送达", "上门没送到、再在小区张贴的，贴满这么多天才算送达。第一天不算。",
            7, Basis.HOUSE, "参照舟山市物业管理条例第十七条", unit="天", least=3, most=60,
        ),
        Spec(
            "ballot.checkpoint_minutes", Kind.NUMBER, "多久签一次核对点", "投票期间有新的记录，每隔这么多分钟签一次核对点，公开给所有人。开始和截止时一定签。",
            5, Basis.HOUSE, "法律没有规定", unit="分钟", least=1, most=60,
        ),
        Spec(
            "ballot.sample_share", Kind.SHARE, "抽多少手工录的票回访", "计票以后，从纸票和当面代录的票里抽这么大的一份，问问是不是本人的意思。",
            "1/10", Basis.HOUSE, "法律没有规定",
        ),
        Spec(
            "ballot.sample_least", Kind.NUMBER, "回访至少抽几张", "抽出来的不到这么多张，就抽这么多；总共不到这么多张，就全部回访。",
            20, Basis.HOUSE, "法律没有规定", unit="张", least=1, most=1000,
        ),
        Spec(
            "result.notice_period", Kind.PERIOD, "表决结果公示多久", "初步结果贴出来，业主在这段时间里可以提异议。",
            _days(7), Basis.HOUSE, "各地常用 5 个工作日或 7 日", least=3, most=60,
        ),
        Spec(
            "decision.notice_period", Kind.PERIOD, "改造决定公示多久", "改造决定贴出来，居民在这段时间里可以提异议。期满、异议都答复了，决定才算定案。",
            _days(7), Basis.HOUSE, "各地常用 5 个工作日或 7 日", least=3, most=60,
        ),
        Spec(
            "survey.notice_period", Kind.PERIOD, "调查结果公示多久", "入户调查的结果贴出来，居民在这段时间里可以提异议。",
            _days(7), Basis.HOUSE, "各地常用 5 个工作日或 7 日", least=3, most=60,
        ),
        Spec(
            "notice.general_period", Kind.PERIOD, "其他公示贴多久", "没有专门规定的公示，贴这么久。",
            _days(7), Basis.HOUSE, "各地常用 5 个工作日或 7 日", least=1, most=90,
        ),
        Spec(
            "eligibility.cutoff_on", Kind.DAY, "改造对象的建成年限", "在这一天或以前建成的小区，才在改造范围里。",
            "2000-12-31", Basis.DOCUMENT, "黔建办函〔2020〕3 号（2000 年以前）",
        ),
        Spec(
            "disclosure.least_heads", Kind.NUMBER, "多少人以上才公布准确面积", "参加计票的业主不到这么多人时，公开页面只写人数和整数百分比，免得从面积推出某一家怎么投。",
            30, Basis.HOUSE, "个人信息保护法第二十五条的要求", unit="人", least=2, most=10_000,
        ),
        Spec(
            "disclosure.least_side", Kind.NUMBER, "每个选项多少人以上才公布准确面积", "有人选的选项里，哪怕只有一个不到这么多人，公开页面也只写人数和整数百分比：一两个人反对时，反对的面积就是他家的面积。",
            5, Basis.HOUSE, "个人信息保护法第二十五条的要求", unit="人", least=2, most=1_000,
        ),
        Spec(
            "disclosure.least_cell", Kind.NUMBER, "多少户以上才公布户数", "调查结果的公开表格里，少于这么多户的数，还有能推出它们的数，都不公布，免得认出是哪一家。",
            5, Basis.HOUSE, "个人信息保护法第二十五条的要求", unit="户", least=2, most=1_000,
        ),
        Spec(
            "verdict.coverage", Kind.SHARE, "问到多少住户才算问清楚", "入户调查答了的住户占全部住户的比例，空置和联系不上的也算在全部里。达到这条线，才建议启动。",
            "3/4", Basis.HOUSE, "法律没有规定；参照奈曼旗入户率 75%",
        ),
        Spec(
            "verdict.consent", Kind.SHARE, "多少人同意才建议启动", "同意改造的比例要达到这条线，刚好达到也算。占什么的比例，看下一条。",
            "2/3", Basis.HOUSE, "法律没有规定；参照各地申请改造的常用比例",
        ),
        Spec(
            "verdict.consent_base", Kind.CHOICE, "同意比例占什么", "同一批人，占全部住户、占答了的住户，比例不一样。表决要不要通过，仍按民法典第 278 条。",
            "households_all", Basis.HOUSE, "法律没有规定",
            options=(("households_all", "占全部住户"), ("households_answered", "占答了调查的住户"), ("owners_278", "占全体业主，人数和面积都要达到")),
        ),
        Spec(
            "verdict.gap", Kind.SHARE, "资金缺口最多占几成", "没有着落的钱占总费用的比例，超过这条线就建议暂缓。",
            "1/10", Basis.HOUSE, "法律没有规定",
        ),
        Spec(
            "verdict.open_objections", Kind.NUMBER, "最多留几条没答复的异议", "没有答复的异议超过这么多条，就建议暂缓。",
            0, Basis.HOUSE, "公示期内的异议都要答复", unit="条", least=0, most=100,
        ),
        Spec(
            "verdict.without_subsidy", Kind.FLAG, "没有中央补助能不能建议启动", "选不能时，补助条件没有保住就建议暂缓。选能时，只写明，不影响建议。",
            False, Basis.HOUSE, "各地财力不同",
        ),
        Spec(
            "consent.alarm", Kind.SHARE, "计划写的同意比例差多少要提醒", "计划里写的同意比例，和调查、表决查到的差得超过这么多，就标出来，上级也看得到。",
            "1/20", Basis.HOUSE, "严把审核关，确保数据真实有效（黔建办函〔2020〕3 号）",
        ),
        Spec(
            "binding.tries", Kind.NUMBER, "认证房屋最多试几次", "同一套房认证错了这么多次，就先锁住。",
            5, Basis.HOUSE, "防止冒认", unit="次", least=3, most=20,
        ),
        Spec(
            "binding.window_hours", Kind.NUMBER, "认证锁住多久", "认证错的次数在这么多小时里累计，过了就重新算。",
            24, Basis.HOUSE, "防止冒认", unit="小时", least=1, most=168,
        ),
        Spec(
            "privacy.notice_version", Kind.WORDS, "个人信息告知书的版本", "改了告知书就换一个版本，居民下次进来会再看到一遍。",
            "2026-1", Basis.LAW, "个人信息保护法第十七条", least=1, most=20,
        ),
        Spec(
            "plan.master_first_year", Kind.NUMBER, "总体规划从哪一年起", "改造总体规划的第一年。",
            2020, Basis.DOCUMENT, "黔建办函〔2020〕3 号二（五）", unit="年", least=2019, most=2099,
        ),
        Spec(
            "plan.master_last_year", Kind.NUMBER, "总体规划到哪一年", "改造总体规划的最后一年。",
            2025, Basis.DOCUMENT, "黔建办函〔2020〕3 号二（五）", unit="年", least=2019, most=2099,
        ),
        Spec(
            "pilot.will_points", Kind.NUMBER, "试点评分：群众意愿几分", "同意户数占回答户数的比例，乘这个分数。",
            40, Basis.HOUSE, "黔建办函〔2020〕3 号二（六）列了要看什么，没有定分数", unit="分", least=0, most=100,
        ),
        Spec(
            "pilot.items_points", Kind.NUMBER, "试点评分：改造项目全面几分", "改造项目够多，就得这么多分。",
            30, Basis.HOUSE, "黔建办函〔2020〕3 号二（六）列了要看什么，没有定分数", unit="分", least=0, most=100,
        ),
        Spec(
            "pilot.full_items", Kind.NUMBER, "试点评分：几项算全面", "改造项目满这么多项，得“改造项目全面”的满分。",
            12, Basis.HOUSE, "黔建办函〔2020〕3 号二（六）列了要看什么，没有定分数", unit="项", least=1, most=60,
        ),
        Spec(
            "pilot.systems_points", Kind.NUMBER, "试点评分：四个体系几分", "文化、环境、服务、治理四个体系，每个得四分之一。",
            20, Basis.HOUSE, "黔建办函〔2020〕3 号二（六）列了要看什么，没有定分数", unit="分", least=0, most=100,
        ),
        Spec(
            "pilot.neighbours_points", Kind.NUMBER, "试点评分：合并相邻小区几分", "和相邻小区合并改造，就得这么多分。",
            10, Basis.HOUSE, "黔建办函〔2020〕3 号二（六）列了要看什么，没有定分数", unit="分", least=0, most=100,
        ),
        Spec(
            "reports.least_answers", Kind.NUMBER, "至少多少户的数才拿来比", "涉及的户不到这么多时，只写数，不排名，也不说“过半同意”。",
            30, Basis.HOUSE, "参照满意度调查的最小样本", unit="户", least=1, most=10_000,
        ),
        Spec(
            "reports.least_per_cent", Kind.NUMBER, "至少占多少才拿来比", "答了的户占该问的户，不到这个百分比时，只写数，不排名。",
            30, Basis.HOUSE, "参照满意度调查的最小样本", unit="%", least=1, most=100,
        ),
        Spec(
            "reports.due_day", Kind.NUMBER, "月报几号前报上来", "每个月的报表，在下个月的这一天 24:00 前报给上级，过了算晚报。",
            5, Basis.HOUSE, "黔建办函〔2020〕3 号要求按月逐级报送，没有写几号", unit="号", least=1, most=31,
        ),
        Spec(
            "evaluation.second_months", Kind.NUMBER, "竣工几个月后评第二次", "竣工时评第一次，过了这么多个月，请同一批住户再评一次。",
            3, Basis.HOUSE, "法律没有规定", unit="个月", least=1, most=24,
        ),
        Spec(
            "evaluation.third_months", Kind.NUMBER, "竣工几个月后评第三次", "过了这么多个月，请同一批住户评最后一次，看改的东西还管不管用。",
            12, Basis.HOUSE, "法律没有规定", unit="个月", least=2, most=48,
        ),
        Spec(
            "evaluation.window_days", Kind.NUMBER, "每次评价开放几天", "每次评价开始以后，过这么多天截止。",
            21, Basis.HOUSE, "法律没有规定", unit="天", least=3, most=90,
        ),
        Spec(
            "evaluation.remind_days", Kind.NUMBER, "截止前几天提醒还没评的户", "只提醒一次。",
            5, Basis.HOUSE, "法律没有规定", unit="天", least=1, most=60,
        ),
        Spec(
            "evaluation.least_share", Kind.SHARE, "至少多少户评了才公布满意率", "评了的户占全部户的比例，没到这条线就不公布满意率，只写还差几户。",
            "3/10", Basis.HOUSE, "参照满意度调查的最小样本",
        ),
        Spec(
            "evaluation.least_answers", Kind.NUMBER, "至少几户评了才公布满意率", "评了的户不到这么多，就不公布满意率，只写还差几户。两条都要满足。",
            30, Basis.HOUSE, "参照满意度调查的最小样本", unit="户", least=1, most=10_000,
        ),
        Spec(
            "package.household_budget", Kind.NUMBER, "每户改造预算", "居民自己配改造方案时，全小区的预算按这个数乘户数。填 0 就不设预算。",
            0, Basis.HOUSE, "法律没有规定", unit="元", least=0, most=1_000_000,
        ),
        Spec(
            "scheme.item_share", Kind.NUMBER, "改造方案增减几成内容，要重新征求意见",
            "新方案比表决同意的多做、少做的项数，超过同意项数的这个百分比，就要重新征求意见。正好等于不算超过。",
            10, Basis.HOUSE, "法律没有规定具体比例", unit="%", least=0, most=100,
        ),
        Spec(
            "scheme.cost_share", Kind.NUMBER, "改造方案造价变多少，要重新征求意见",
            "新方案的造价比公布的多或少，超过公布造价的这个百分比，就要重新征求意见。正好等于不算超过。",
            10, Basis.HOUSE, "参照杭州市物业管理条例第七十二条（超过预算一成要重新申请）", unit="%", least=0, most=100,
        ),
        Spec(
            "lift.failed_mediation_blocks", Kind.FLAG, "调解没成的异议，能不能拦住加装电梯",
            "能时，受影响住户的书面异议没有了结，就算居委会调解过也不能往下办。不能时，认真听过、调解过就可以往下办。",
            True, Basis.HOUSE, "参照济南市、莱芜市既有住宅增设电梯的规定",
        ),
        Spec(
            "moderation.words", Kind.LIST, "公开前要仔细看的词", "居民写的话里有这些词，会标出来让人仔细看，不会自动删。改了以后，新写的按新的标。",
            ["加微信", "加群", "刷单", "贷款", "赌博", "代开发票", "办证", "傻逼", "王八蛋", "滚蛋", "去死"],
            Basis.HOUSE, "参照《网络信息内容生态治理规定》第六条、第七条", most=500,
        ),
        Spec(
            "moderation.passed_is_public", Kind.FLAG, "微信检查没问题的，直接公开", "打开以后，微信检查没有发现问题、词表也没有标的，不用人看就公开。关着时，都要有人看过才公开。",
            False, Basis.HOUSE, "法律没有规定",
        ),
        Spec(
            "accounts.publish_months", Kind.NUMBER, "公共收益、维修资金多久公布一次", "管理方每隔这么久，向业主公布一次公共收益和维修资金的收支，过了就提醒。",
            6, Basis.HOUSE, "民法典第二百八十一条、第九百四十三条要求定期公布，没有写多久", unit="个月", least=1, most=12,
        ),
        Spec(
            "watch.first_months", Kind.NUMBER, "竣工后第一次回头看", "竣工后满这么多个月，拿着竣工时的照片去看有没有回潮。填 0 就不看这一次。",
            3, Basis.HOUSE, "没有统一规定", unit="个月", least=0, most=120,
        ),
        Spec(
            "watch.second_months", Kind.NUMBER, "竣工后第二次回头看", "竣工后满这么多个月再看一次。填 0 就不看这一次。",
            12, Basis.HOUSE, "没有统一规定", unit="个月", least=0, most=120,
        ),
        Spec(
            "watch.third_months", Kind.NUMBER, "竣工后第三次回头看", "竣工后满这么多个月再看一次。填 0 就不看这一次。",
            24, Basis.HOUSE, "没有统一规定", unit="个月", least=0, most=120,
        ),
        Spec(
            "matters.answer_period", Kind.PERIOD, "议事会：提的事多久答复", "居民、物业提的事，从提的第二天算起，在这段时间里要有答复，或者排上会。",
            {"workdays": 10}, Basis.HOUSE, "法律没有规定", least=1, most=60,
        ),
        Spec(
            "matters.meeting_days", Kind.NUMBER, "议事会提前几天通知", "议事会的时间、地点、议程，至少提前这么多天告诉居民。业主大会另按 15 日。",
            3, Basis.HOUSE, "法律没有规定", unit="天", least=1, most=30,
        ),
        Spec(
            "matters.most_a_day", Kind.NUMBER, "一个人一天最多提几件事", "防止刷屏。满了第二天再提。",
            5, Basis.HOUSE, "防止刷屏", unit="件", least=1, most=100,
        ),
        Spec(
            "wechat.template_vote_opens", Kind.WORDS, "微信模板：投票开始",
            "在微信公众平台申请到的订阅消息模板。写成“模板编号 标题字段 日期字段”，例如 abc123 thing1 date2；是长期订阅的模板，后面再写“长期”，例如 abc123 thing1 date2 长期。写“无”就不发。",
            "无", Basis.HOUSE, "微信公众平台的规定", least=1, most=100,
        ),
        Spec(
            "wechat.template_vote_closes", Kind.WORDS, "微信模板：投票快截止",
            "在微信公众平台申请到的订阅消息模板。写成“模板编号 标题字段 日期字段”，例如 abc123 thing1 date2；是长期订阅的模板，后面再写“长期”，例如 abc123 thing1 date2 长期。写“无”就不发。",
            "无", Basis.HOUSE, "微信公众平台的规定", least=1, most=100,
        ),
        Spec(
            "wechat.template_report_answered", Kind.WORDS, "微信模板：报的事有答复",
            "在微信公众平台申请到的订阅消息模板。写成“模板编号 标题字段 日期字段”，例如 abc123 thing1 date2；是长期订阅的模板，后面再写“长期”，例如 abc123 thing1 date2 长期。写“无”就不发。",
            "无", Basis.HOUSE, "微信公众平台的规定", least=1, most=100,
        ),
        Spec(
            "wechat.template_objection_answered", Kind.WORDS, "微信模板：异议有答复",
            "在微信公众平台申请到的订阅消息模板。写成“模板编号 标题字段 日期字段”，例如 abc123 thing1 date2；是长期订阅的模板，后面再写“长期”，例如 abc123 thing1 date2 长期。写“无”就不发。",
            "无", Basis.HOUSE, "微信公众平台的规定", least=1, most=100,
        ),
        Spec(
            "wechat.template_judge_work", Kind.WORDS, "微信模板：请居民评改造",
            "在微信公众平台申请到的订阅消息模板。写成“模板编号 标题字段 日期字段”，例如 abc123 thing1 date2；是长期订阅的模板，后面再写“长期”，例如 abc123 thing1 date2 长期。写“无”就不发。",
            "无", Basis.HOUSE, "微信公众平台的规定", least=1, most=100,
        ),
        Spec(
            "wechat.template_decision_stands", Kind.WORDS, "微信模板：改造决定定下来",
            "在微信公众平台申请到的订阅消息模板。写成“模板编号 标题字段 日期字段”，例如 abc123 thing1 date2；是长期订阅的模板，后面再写“长期”，例如 abc123 thing1 date2 长期。写“无”就不发。",
            "无", Basis.HOUSE, "微信公众平台的规定", least=1, most=100,
        ),
        Spec(
            "wechat.template_official", Kind.WORDS, "公众号模板：有事告诉居民",
            "在公众号里申请到的模板，所有消息共用这一个。写成“模板编号 标题字段 日期字段”，例如 abc123 thing1 time2。写“无”就不发。",
            "无", Basis.HOUSE, "微信公众平台的规定", least=1, most=100,
        ),
        Spec(
            "milestone.start_by", Kind.YEAR_DAY, "当年项目最晚哪天开工", "列入当年计划的改造项目，过了这一天还没开工，就列进逾期名单。",
            "06-30", Basis.DOCUMENT, "黔建办函〔2020〕3 号一（三）、二（二）",
        ),
        Spec(
            "milestone.effect_by", Kind.YEAR_DAY, "当年项目最晚哪天取得预期效果", "列入当年计划的改造项目，过了这一天还没竣工，就列进逾期名单。",
            "12-31", Basis.DOCUMENT, "黔建办函〔2020〕3 号二（二）",
        ),
        Spec(
            "milestone.performance_by", Kind.YEAR_DAY, "次年最晚哪天报绩效资料", "计划年度的下一年，过了这一天还没报送绩效评价资料，就列进逾期名单。",
            "01-31", Basis.DOCUMENT, "黔建办函〔2020〕3 号二（四）",
        ),
        Spec(
            "works.quiet_holidays", Kind.FLAG, "法定节假日要不要安静", "要时，法定节假日不做有噪声的活，也不进门施工。",
            True, Basis.HOUSE, "参照《噪声污染防治法》第四十三条",
        ),
        Spec(
            "works.quiet_weekends", Kind.FLAG, "周末要不要安静", "要时，周六、周日（调休上班的除外）不做有噪声的活，也不进门施工。",
            False, Basis.HOUSE, "法律没有规定",
        ),
        Spec(
            "works.quiet_exam_from", Kind.YEAR_DAY, "高考安静从哪天起", "每年从这一天起不做有噪声的活。中考等当地的日子，由小区另加。",
            "06-07", Basis.HOUSE, "全国统一高考 6 月 7 日开始",
        ),
        Spec(
            "works.quiet_exam_to", Kind.YEAR_DAY, "高考安静到哪天", "每年到这一天为止不做有噪声的活。",
            "06-10", Basis.HOUSE, "各省高考最晚 6 月 10 日结束",
        ),
        Spec(
            "works.noise_hours", Kind.WORDS, "每天什么时候可以有噪声", "写给住户看的，例如“8:00 到 12:00，14:00 到 19:00”。",
            "8:00 到 12:00，14:00 到 19:00", Basis.HOUSE, "参照《噪声污染防治法》第四十三条", least=1, most=60,
        ),
        Spec(
            "works.claim_answer", Kind.PERIOD, "施工弄坏东西，最晚多久答复", "住户说施工弄坏了东西，施工的一方要在这段时间里答复认不认。",
            _days(10), Basis.HOUSE, "法律没有规定", least=1, most=60,
        ),
        Spec(
            "works.patrol_checklist", Kind.LIST, "居民监督员巡查看什么", "监督员每次巡查一条一条看，不合格的自动进整改清单。",
            ["安全围挡和警示牌", "工人戴安全帽", "消防通道畅通", "材料和图纸写的一样", "垃圾当天清走", "完工的地方收拾干净"],
            Basis.HOUSE, "参照各地居民监督员的做法", most=20,
        ),
        *TICKETS,
    )
}  # fmt: skip


def spec_of(key: str) -> Spec:
    found = KEYS.get(key)
    if found is None:
        raise Invalid("没有这一项设置。", fields={"key": ["请从列表里选。"]})
    return found
