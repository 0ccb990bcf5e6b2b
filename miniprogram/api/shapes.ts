// Written by tools/mini_shapes.py from the description of the API. Do not change it by hand.

export interface AnsweredOut {
  id: number;
  answered_at: string;
  channel: "slip" | "poster" | "door" | "paper";
  channel_name: string;
  version: number;
  answers: Record<string, unknown>;
}

export interface BallotOut {
  id: number;
  community_id: number;
  title: string;
  stage: "announced" | "open" | "closed" | "counted";
  stage_name: string;
  opens_at: string | null;
  closes_at: string | null;
}

export interface BallotTextOut {
  id: number;
  community_id: number;
  title: string;
  stage: "announced" | "open" | "closed" | "counted";
  stage_name: string;
  opens_at: string | null;
  closes_at: string | null;
  intro: string;
  who_votes: string;
  notice_id: number | null;
  may_change: boolean;
  motions: MotionOut[];
  me: VoterOut;
  turnout: TurnoutOut[];
}

export interface BallotsOut {
  items: BallotOut[];
}

export interface BindingOut {
  id: number;
  flat_id: number;
  community_id: number;
  community: string;
  label: string;
  level: "reached" | "owner";
  means: "slip" | "name_and_phone" | "name_and_id" | "in_person";
  is_frozen: boolean;
  may: ("read_notices" | "raise_objection" | "answer_survey" | "report_issue" | "rate" | "see_turnout" | "vote" | "see_exact_areas")[];
}

export interface BoundOut {
  id: number;
  flat_id: number;
  community_id: number;
  community: string;
  label: string;
  level: "reached" | "owner";
  means: "slip" | "name_and_phone" | "name_and_id" | "in_person";
  is_frozen: boolean;
  may: ("read_notices" | "raise_objection" | "answer_survey" | "report_issue" | "rate" | "see_turnout" | "vote" | "see_exact_areas")[];
}

export interface ChoiceOut {
  value: string;
  name: string;
  meaning: string;
}

export interface DraftIn {
  household_id: number;
  answers: Record<string, string | number | boolean | (string | number)[]>;
  capacity?: "owner" | "family" | "tenant" | null;
}

export interface DraftOut {
  saved_at: string;
  capacity: string | null;
  answers: Record<string, unknown>;
}

export interface EvaluationAnswerOut {
  id: number;
  round_id: number;
  household_id: number;
  answered_at: string;
  overall: string;
  aspects: Record<string, string>;
  items: Record<string, string>;
  fee: string | null;
  words: string;
  low: LowMarkOut[];
}

export interface EvaluationOut {
  id: number;
  community_id: number;
  number: number;
  name: string;
  opens_on: string;
  closes_on: string;
  closes_at: string;
  stage: string;
  stage_name: string;
  items: PromisedItemOut[];
  households: JudgingHouseholdOut[];
}

export interface EvaluationsOut {
  items: EvaluationOut[];
}

export interface HomeOut {
  household_id: number;
  label: string;
  capacity: string | null;
  answered: AnsweredOut | null;
  draft: DraftOut | null;
  claimed_at: string | null;
}

export interface InboxOut {
  page: number;
  pages: number;
  total: number;
  items: MessageOut[];
}

export interface JudgingHouseholdOut {
  household_id: number;
  label: string;
  answer: EvaluationAnswerOut | null;
}

export interface KeptPhotoOut {
  photo_id: number;
  question: string;
  photos: number[];
}

export interface ListedSurveyOut {
  id: number;
  community_id: number;
  title: string;
  stage: "open" | "closed";
  stage_name: string;
  opened_at: string;
  closes_at: string;
  waiting: WaitingHomeOut[];
}

export interface LowMarkOut {
  code: string;
  title: string;
  is_not_done: boolean;
}

export interface MeOut {
  resident_id: number;
  accepted_privacy_version: string | null;
  bindings: BindingOut[];
}

export interface MessageOut {
  id: number;
  kind: string;
  subject: string;
  body: string;
  link: string;
  created_at: string;
  read_at: string | null;
  is_read: boolean;
}

export interface MotionOut {
  id: string;
  title: string;
  description: string;
  kind: "approve" | "choose_one";
  choices: ChoiceOut[];
  demand: string;
}

export interface MovedTicketOut {
  id: number;
  community_id: number;
  place: string;
  category: string;
  category_name: string;
  state: string;
  state_name: string;
  priority: string;
  priority_name: string;
  opened_at: string;
  due_at: string | null;
  due_for: string;
  is_overdue: boolean;
  is_mine: boolean;
  words: string | null;
  photos: number[];
  acts: TicketActOut[];
  worker: string;
  contractor: string;
  level_name: string;
  joined: number;
  reopened: number;
  may: string[];
}

export interface NoticeOut {
  id: number;
  community_id: number;
  kind: string;
  kind_name: string;
  number: string;
  title: string;
  opens_on: string;
  last_on: string;
  ends_at: string;
  is_provisional: boolean;
  is_hanging: boolean;
  is_withdrawn: boolean;
  withdrawn_reason: string;
  takes_objections: boolean;
}

export interface NoticesOut {
  items: NoticeOut[];
}

export interface OwnFlatOut {
  flat_id: number;
  label: string;
}

export interface OwnReceiptOut {
  receipt: string;
  recorded_at: string;
  channel: string;
  state: string;
}

export interface PrivacyNoticeOut {
  version: string;
  summary: string[];
  sections: SectionOut[];
}

export interface PrivacyOut {
  version: string;
  summary: string[];
  sections: SectionOut[];
}

export interface PromisedItemOut {
  code: string;
  title: string;
}

export interface ProofIn {
  name: string;
  way?: "phone" | "id";
  tail: string;
}

export interface ProofOut {
  level: "reached" | "owner";
}

export interface QuestionnaireOut {
  id: number;
  community_id: number;
  title: string;
  stage: "open" | "closed";
  stage_name: string;
  opened_at: string;
  closes_at: string;
  intro: string;
  version: number;
  definition: Record<string, unknown>;
  households: HomeOut[];
}

export interface ReceiptOut {
  receipt: string;
  ballot_id: number;
  title: string;
  recorded_at: string;
  standing: "included" | "superseded" | "void" | "off_roll";
  awaits_review: boolean;
  state: string;
}

export interface ResponseIn {
  household_id: number;
  answers: Record<string, string | number | boolean | (string | number)[]>;
  capacity?: "owner" | "family" | "tenant" | null;
}

export interface ResponseOut {
  id: number;
  survey_id: number;
  household_id: number;
  version: number;
  answered_at: string;
  answers: Record<string, unknown>;
  thanks: string;
}

export interface SavedDraftOut {
  survey_id: number;
  household_id: number;
  saved_at: string;
  errors: Record<string, string[]>;
}

export interface SectionOut {
  title: string;
  sentences: string[];
}

export interface SessionOut {
  token: string;
  expires_at: string;
  resident_id: number;
}

export interface SimilarOut {
  items: TicketOut[];
}

export interface SlipIn {
  slip_code: string;
  privacy_version: string;
}

export interface SlipOut {
  community_id: number;
  community: string;
  label: string;
  privacy: PrivacyOut;
}

export interface SurveysOut {
  items: ListedSurveyOut[];
}

export interface TakenTicketOut {
  id: number;
  community_id: number;
  place: string;
  category: string;
  category_name: string;
  state: string;
  state_name: string;
  priority: string;
  priority_name: string;
  opened_at: string;
  due_at: string | null;
  due_for: string;
  is_overdue: boolean;
  is_mine: boolean;
  words: string | null;
  photos: number[];
  acts: TicketActOut[];
  worker: string;
  contractor: string;
  level_name: string;
  joined: number;
  reopened: number;
  may: string[];
}

export interface TicketActOut {
  act: string;
  act_name: string;
  who: string;
  at: string;
  note: string;
  photos: number[];
}

export interface TicketIn {
  code?: string;
  flat_id?: number | null;
  where?: "home" | "entrance" | "community";
  category: "water" | "power" | "gas" | "lift" | "leak" | "road" | "fire" | "security" | "green" | "waste" | "noise" | "structure" | "service" | "fee" | "works" | "other";
  words?: string;
  is_danger?: boolean;
  photos?: string[];
  contact_name?: string;
  contact_phone?: string;
}

export interface TicketOut {
  id: number;
  community_id: number;
  place: string;
  category: string;
  category_name: string;
  state: string;
  state_name: string;
  priority: string;
  priority_name: string;
  opened_at: string;
  due_at: string | null;
  due_for: string;
  is_overdue: boolean;
}

export interface TicketPhotoOut {
  photo: string;
}

export interface TurnoutOut {
  scope: string;
  name: string;
  heads: number;
  roll_heads: number;
  area: string | null;
  roll_area: string | null;
  area_per_cent: number;
  is_met: boolean;
  sentence: string;
}

export interface VoteIn {
  choices: Record<string, string>;
  flat_id?: number | null;
}

export interface VoteOut {
  receipt: string;
  ballot_id: number;
  recorded_at: string;
  look_up: string;
}

export interface VoterOut {
  may_vote: boolean;
  code: string;
  message: string;
  has_voted: boolean;
  flats: OwnFlatOut[];
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
  "POST /bindings/{binding_id}/proofs": { path: { binding_id: number }; key: string; body: ProofIn; out: ProofOut };
  "GET /evaluations": { out: EvaluationsOut };
  "GET /me": { out: MeOut };
  "GET /messages": { query?: { page?: number }; out: InboxOut };
  "GET /notices": { out: NoticesOut };
  "GET /privacy-notice": { query?: { community_id?: number }; out: PrivacyNoticeOut };
  "GET /receipts/{code}": { path: { code: string }; out: ReceiptOut };
  "POST /sessions": { key: string; body: SlipIn; out: SessionOut };
  "GET /slips/{code}": { path: { code: string }; out: SlipOut };
  "GET /surveys": { out: SurveysOut };
  "GET /surveys/{survey_id}": { path: { survey_id: number }; out: QuestionnaireOut };
  "PUT /surveys/{survey_id}/draft": { path: { survey_id: number }; body: DraftIn; out: SavedDraftOut };
  "POST /surveys/{survey_id}/photos": { path: { survey_id: number }; file: "photo"; form: { household_id: number; question: string }; out: KeptPhotoOut };
  "POST /surveys/{survey_id}/responses": { path: { survey_id: number }; key: string; body: ResponseIn; out: ResponseOut };
  "POST /tickets": { key: string; body: TicketIn; out: TakenTicketOut };
  "POST /tickets/photos": { file: "photo"; out: TicketPhotoOut };
  "GET /tickets/similar": { query: { code?: string; flat_id?: number; where?: "home" | "entrance" | "community"; category: "water" | "power" | "gas" | "lift" | "leak" | "road" | "fire" | "security" | "green" | "waste" | "noise" | "structure" | "service" | "fee" | "works" | "other" }; out: SimilarOut };
  "POST /tickets/{ticket_id}/joins": { path: { ticket_id: number }; key: string; out: MovedTicketOut };
}
