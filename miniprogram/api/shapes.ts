// Written by tools/mini_shapes.py from the description of the API. Do not change it by hand.

export interface AllowIn {
  topics: ("vote_opens" | "vote_closes" | "report_answered" | "objection_answered" | "judge_work" | "decision_stands")[];
}

export interface AllowedOut {
  topics: PermissionOut[];
}

export interface AnsweredOut {
  answered_at: string;
  answers: Record<string, unknown>;
  channel: "slip" | "poster" | "door" | "paper";
  channel_name: string;
  id: number;
  version: number;
}

export interface BallotOut {
  closes_at: string | null;
  community_id: number;
  id: number;
  opens_at: string | null;
  stage: "announced" | "open" | "closed" | "counted";
  stage_name: string;
  title: string;
}

export interface BallotTextOut {
  closes_at: string | null;
  community_id: number;
  id: number;
  intro: string;
  may_change: boolean;
  me: VoterOut;
  motions: MotionOut[];
  notice_id: number | null;
  opens_at: string | null;
  stage: "announced" | "open" | "closed" | "counted";
  stage_name: string;
  title: string;
  turnout: TurnoutOut[];
  who_votes: string;
}

export interface BallotsOut {
  items: BallotOut[];
}

export interface BindingOut {
  community: string;
  community_id: number;
  flat_id: number;
  id: number;
  is_frozen: boolean;
  label: string;
  level: "reached" | "owner";
  may: ("read_notices" | "raise_objection" | "answer_survey" | "report_issue" | "rate" | "see_turnout" | "vote" | "see_exact_areas")[];
  means: "slip" | "name_and_phone" | "name_and_id" | "phone" | "in_person";
}

export interface BoundOut {
  community: string;
  community_id: number;
  flat_id: number;
  id: number;
  is_frozen: boolean;
  label: string;
  level: "reached" | "owner";
  may: ("read_notices" | "raise_objection" | "answer_survey" | "report_issue" | "rate" | "see_turnout" | "vote" | "see_exact_areas")[];
  means: "slip" | "name_and_phone" | "name_and_id" | "phone" | "in_person";
}

export interface ChoiceOut {
  meaning: string;
  name: string;
  value: string;
}

export interface DraftIn {
  answers: Record<string, string | number | boolean | (string | number)[]>;
  capacity?: "owner" | "family" | "tenant" | null;
  household_id: number;
}

export interface DraftOut {
  answers: Record<string, unknown>;
  capacity: string | null;
  saved_at: string;
}

export interface EvaluationAnswerOut {
  answered_at: string;
  aspects: Record<string, string>;
  fee: string | null;
  household_id: number;
  id: number;
  items: Record<string, string>;
  low: LowMarkOut[];
  overall: string;
  round_id: number;
  words: string;
}

export interface EvaluationOut {
  closes_at: string;
  closes_on: string;
  community_id: number;
  households: JudgingHouseholdOut[];
  id: number;
  items: PromisedItemOut[];
  name: string;
  number: number;
  opens_on: string;
  stage: string;
  stage_name: string;
}

export interface EvaluationsOut {
  items: EvaluationOut[];
}

export interface HandOverIn {
  to?: string;
}

export interface HandOverOut {
  path: string;
  seconds: number;
}

export interface HomeOut {
  answered: AnsweredOut | null;
  capacity: string | null;
  claimed_at: string | null;
  draft: DraftOut | null;
  household_id: number;
  label: string;
}

export interface InboxOut {
  items: MessageOut[];
  page: number;
  pages: number;
  total: number;
}

export interface JudgingHouseholdOut {
  answer: EvaluationAnswerOut | null;
  household_id: number;
  label: string;
}

export interface KeptPhotoOut {
  photo_id: number;
  photos: number[];
  question: string;
}

export interface ListedSurveyOut {
  closes_at: string;
  community_id: number;
  id: number;
  opened_at: string;
  stage: "open" | "closed";
  stage_name: string;
  title: string;
  waiting: WaitingHomeOut[];
}

export interface LowMarkOut {
  code: string;
  is_not_done: boolean;
  report: ReportBegunOut;
  title: string;
}

export interface MeOut {
  accepted_privacy_version: string | null;
  bindings: BindingOut[];
  resident_id: number;
}

export interface MessageOut {
  body: string;
  created_at: string;
  id: number;
  is_read: boolean;
  kind: string;
  link: string;
  read_at: string | null;
  subject: string;
}

export interface MotionOut {
  choices: ChoiceOut[];
  demand: string;
  description: string;
  id: string;
  kind: "approve" | "choose_one";
  title: string;
}

export interface MovedTicketOut {
  acts: TicketActOut[];
  category: string;
  category_name: string;
  community_id: number;
  contractor: string;
  due_at: string | null;
  due_for: string;
  id: number;
  is_mine: boolean;
  is_overdue: boolean;
  joined: number;
  level_name: string;
  may: string[];
  opened_at: string;
  photos: number[];
  place: string;
  priority: string;
  priority_name: string;
  reopened: number;
  state: string;
  state_name: string;
  words: string | null;
  worker: string;
}

export interface NoticeOut {
  community_id: number;
  ends_at: string;
  id: number;
  is_hanging: boolean;
  is_provisional: boolean;
  is_withdrawn: boolean;
  kind: string;
  kind_name: string;
  last_on: string;
  number: string;
  opens_on: string;
  takes_objections: boolean;
  title: string;
  withdrawn_reason: string;
}

export interface NoticesOut {
  items: NoticeOut[];
}

export interface OwnFlatOut {
  flat_id: number;
  label: string;
}

export interface OwnReceiptOut {
  channel: string;
  receipt: string;
  recorded_at: string;
  state: string;
}

export interface PermissionOut {
  is_lasting: boolean;
  left: number;
  name: string;
  template_id: string;
  topic: "vote_opens" | "vote_closes" | "report_answered" | "objection_answered" | "judge_work" | "decision_stands";
}

export interface PermissionsOut {
  topics: PermissionOut[];
}

export interface PhoneProofIn {
  code: string;
  name?: string;
}

export interface PhoneProofOut {
  level: string;
}

export interface PrivacyNoticeOut {
  sections: SectionOut[];
  summary: string[];
  version: string;
}

export interface PrivacyOut {
  sections: SectionOut[];
  summary: string[];
  version: string;
}

export interface PromisedItemOut {
  code: string;
  title: string;
}

export interface ProofIn {
  name: string;
  tail: string;
  way?: "phone" | "id";
}

export interface ProofOut {
  level: "reached" | "owner";
}

export interface QuestionnaireOut {
  closes_at: string;
  community_id: number;
  definition: Record<string, unknown>;
  households: HomeOut[];
  id: number;
  intro: string;
  opened_at: string;
  stage: "open" | "closed";
  stage_name: string;
  title: string;
  version: number;
}

export interface ReadMessageOut {
  body: string;
  created_at: string;
  id: number;
  is_read: boolean;
  kind: string;
  link: string;
  read_at: string | null;
  subject: string;
}

export interface ReceiptOut {
  awaits_review: boolean;
  ballot_id: number;
  receipt: string;
  recorded_at: string;
  standing: "included" | "superseded" | "void" | "off_roll";
  state: string;
  title: string;
}

export interface ReportBegunOut {
  category: string;
  flat_id: number;
  href: string;
  where: string;
  words: string;
}

export interface ResponseIn {
  answers: Record<string, string | number | boolean | (string | number)[]>;
  capacity?: "owner" | "family" | "tenant" | null;
  household_id: number;
}

export interface ResponseOut {
  answered_at: string;
  answers: Record<string, unknown>;
  household_id: number;
  id: number;
  survey_id: number;
  thanks: string;
  version: number;
}

export interface SavedDraftOut {
  errors: Record<string, string[]>;
  household_id: number;
  saved_at: string;
  survey_id: number;
}

export interface SectionOut {
  sentences: string[];
  title: string;
}

export interface SessionOut {
  expires_at: string;
  resident_id: number;
  token: string;
}

export interface SimilarOut {
  items: TicketOut[];
}

export interface SlipIn {
  privacy_version: string;
  slip_code: string;
}

export interface SlipOut {
  community: string;
  community_id: number;
  label: string;
  privacy: PrivacyOut;
}

export interface SurveysOut {
  items: ListedSurveyOut[];
}

export interface TakenTicketOut {
  acts: TicketActOut[];
  category: string;
  category_name: string;
  community_id: number;
  contractor: string;
  due_at: string | null;
  due_for: string;
  id: number;
  is_mine: boolean;
  is_overdue: boolean;
  joined: number;
  level_name: string;
  may: string[];
  opened_at: string;
  photos: number[];
  place: string;
  priority: string;
  priority_name: string;
  reopened: number;
  state: string;
  state_name: string;
  words: string | null;
  worker: string;
}

export interface TicketActOut {
  act: string;
  act_name: string;
  at: string;
  note: string;
  photos: number[];
  who: string;
}

export interface TicketIn {
  category: "water" | "power" | "gas" | "lift" | "leak" | "road" | "fire" | "security" | "green" | "waste" | "noise" | "structure" | "service" | "fee" | "works" | "other";
  code?: string;
  contact_name?: string;
  contact_phone?: string;
  flat_id?: number | null;
  is_danger?: boolean;
  photos?: string[];
  where?: "home" | "entrance" | "community";
  words?: string;
}

export interface TicketOut {
  category: string;
  category_name: string;
  community_id: number;
  due_at: string | null;
  due_for: string;
  id: number;
  is_overdue: boolean;
  opened_at: string;
  place: string;
  priority: string;
  priority_name: string;
  state: string;
  state_name: string;
}

export interface TicketPhotoOut {
  photo: string;
}

export interface TicketsOut {
  items: TicketOut[];
  page: number;
  pages: number;
  total: number;
}

export interface TurnoutOut {
  area: string | null;
  area_per_cent: number;
  heads: number;
  is_met: boolean;
  name: string;
  roll_area: string | null;
  roll_heads: number;
  scope: string;
  sentence: string;
}

export interface VoteIn {
  choices: Record<string, string>;
  flat_id?: number | null;
}

export interface VoteOut {
  ballot_id: number;
  look_up: string;
  receipt: string;
  recorded_at: string;
}

export interface VoterOut {
  code: string;
  flats: OwnFlatOut[];
  has_voted: boolean;
  may_vote: boolean;
  message: string;
  receipts: OwnReceiptOut[];
}

export interface WaitingHomeOut {
  household_id: number;
  label: string;
}

export interface Calls {
  "GET /ballots": { out: BallotsOut };
  "GET /ballots/{ballot_id}": { path: { ballot_id: number }; out: BallotTextOut };
  "POST /ballots/{ballot_id}/votes": { path: { ballot_id: number }; key: string; body: VoteIn; out: VoteOut };
  "GET /bindings": { out: BoundOut[] };
  "POST /bindings": { key: string; body: SlipIn; out: BoundOut };
  "POST /bindings/{binding_id}/phone-proofs": { path: { binding_id: number }; key: string; body: PhoneProofIn; out: PhoneProofOut };
  "POST /bindings/{binding_id}/proofs": { path: { binding_id: number }; key: string; body: ProofIn; out: ProofOut };
  "GET /evaluations": { out: EvaluationsOut };
  "GET /me": { out: MeOut };
  "GET /message-permissions": { out: PermissionsOut };
  "POST /message-permissions": { key: string; body: AllowIn; out: AllowedOut };
  "GET /messages": { query?: { page?: number }; out: InboxOut };
  "POST /messages/{message_id}/read": { path: { message_id: number }; out: ReadMessageOut };
  "GET /notices": { out: NoticesOut };
  "GET /privacy-notice": { query?: { community_id?: number }; out: PrivacyNoticeOut };
  "GET /receipts/{code}": { path: { code: string }; out: ReceiptOut };
  "POST /sessions": { key: string; body: SlipIn; out: SessionOut };
  "POST /sessions/current/hand-overs": { body: HandOverIn; out: HandOverOut };
  "GET /slips/{code}": { path: { code: string }; out: SlipOut };
  "GET /surveys": { out: SurveysOut };
  "GET /surveys/{survey_id}": { path: { survey_id: number }; out: QuestionnaireOut };
  "PUT /surveys/{survey_id}/draft": { path: { survey_id: number }; body: DraftIn; out: SavedDraftOut };
  "POST /surveys/{survey_id}/photos": { path: { survey_id: number }; file: "photo"; form: { household_id: number; question: string }; out: KeptPhotoOut };
  "POST /surveys/{survey_id}/responses": { path: { survey_id: number }; key: string; body: ResponseIn; out: ResponseOut };
  "GET /tickets": { query?: { page?: number; scope?: "mine" | "around" | "waiting" }; out: TicketsOut };
  "POST /tickets": { key: string; body: TicketIn; out: TakenTicketOut };
  "POST /tickets/photos": { file: "photo"; out: TicketPhotoOut };
  "GET /tickets/similar": { query: { category: "water" | "power" | "gas" | "lift" | "leak" | "road" | "fire" | "security" | "green" | "waste" | "noise" | "structure" | "service" | "fee" | "works" | "other"; code?: string; flat_id?: number; where?: "home" | "entrance" | "community" }; out: SimilarOut };
  "POST /tickets/{ticket_id}/joins": { path: { ticket_id: number }; key: string; out: MovedTicketOut };
}
