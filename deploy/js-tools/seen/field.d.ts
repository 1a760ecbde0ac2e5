// What the phone keeps and what comes to it, for JSDoc in js/field: docs/sync.md says it in words. Names stand globally.

/** A record as this phone keeps it: an observation, an interview, an ad-hoc visit or a binding. */
interface FieldRecord {
  id: string;
  kind: "observation" | "interview" | "confirmation" | "visit" | "binding";
  userId: string;
  state: "draft" | "waiting" | "sending" | "receipted" | "refused" | "conflict" | "returned" | "missing"
    | "discarding" | "discarded" | "dismissed";
  body: RecordBody;
  revision: number;
  baseRevision: number;
  changes: number;
  sentChanges: number;
  clockMark: any;
  versionId: string | null;
  checklist?: Checklist | null;
  visit: VisitSummary | null;
  review: any;
  refusal: any;
  conflict: any;
  /** words of a settled conflict that were not chosen, oldest first */
  setAside?: { at: number; body: RecordBody }[];
  receipt: Receipt | null;
  number: string | null;
  serverState: string | null;
  createdAt: number;
  updatedAt: number;
  nextTryAt: number;
  tries: number;
  lastError: string | null;
  bulk?: boolean;
  /** it was opened to look, and nothing is said in it yet */
  blank?: boolean;
  attempt?: any;
  unusedSequence?: number | null;
  sentAt?: number;
  settledAt?: number | null;
  bodyGone?: boolean;
  circumstancesSaid?: boolean;
  /** it was begun with another phone, and fetched from the server */
  isFromElsewhere?: boolean;
  /** the revision at which another phone has gone on with it; null or missing for none */
  elsewhere?: number | null;
  /** the answers that were returned with comments: by them one sees what has changed since */
  reviewed?: Record<string, any> | null;
  /** the words that were signed, by their digest: to say what has changed since */
  signed?: Record<string, Record<string, any>>;
  /** of a binding: the slip that it binds */
  slip?: any;
}

/** The JSON that is sent of a record; docs/sync.md says its fields, kind by kind. */
interface RecordBody {
  answers?: Record<string, any>;
  [more: string]: any;
}

/** A file as this phone keeps it; its bytes lie beside it. */
interface Evidence {
  id: string;
  recordId: string;
  ownerKind: string;
  /** where it belonged, in a row of an earlier program; now the body of its record says so */
  item?: string | null;
  source: "camera" | "album" | "audio" | "signature" | "copy" | "layer";
  /** of a copy or a layer: the photo that it stands beside */
  of?: string;
  /** of a layer: what it draws (lib/marking.js) */
  marks?: any[];
  /** a small copy has gone ahead, or none can be made */
  isCopied?: boolean;
  filename: string;
  type: string;
  bytes: number;
  sha256: string | null;
  takenAt: string;
  place: any;
  state: string;
  sentBytes: number;
  refusal: any;
  receipt: Receipt | null;
  tries: number;
  nextTryAt: number;
  addedAt: number;
  lastError?: string | null;
  receiptedAt?: number;
  /** it came back with its record: the server has the original, this phone only these addresses */
  remote?: boolean;
  thumbnailUrl?: string;
  originalUrl?: string;
}

interface Receipt {
  id: string;
  kind: string;
  revision: number;
  digest: string;
  received_at: string;
  sequence: number;
  chain: string;
  signature: string;
  key_id: string;
}

interface VisitSummary {
  id: string;
  mode: string;
  domain: string;
  mode_label: string;
  domain_label: string;
  agency: { id: string | null; name: string };
  starts_at: string;
  place: string;
  matter: string;
  group: any;
  locality: any;
  is_ad_hoc?: boolean;
  [more: string]: any;
}

interface ChecklistItem {
  code: string;
  title: string;
  category?: string;
  question?: string;
  stage: string;
  modes: string[];
  domains: string[];
  weight: number;
  critical: boolean;
  applies_when: string;
  na_hint?: string | null;
  photo_hint?: string | null;
  fact?: string;
  first?: boolean;
  guidance?: string[];
  domain_notes?: Record<string, string>;
  basis?: Basis[];
  [more: string]: any;
}

interface Basis {
  law: string;
  article: string;
  verified: boolean;
  texts?: { name: string; text: string }[];
}

interface Checklist {
  id: string;
  title: string;
  categories: { code: string; title: string; items: ChecklistItem[]; optional_items?: ChecklistItem[] }[];
  circumstances?: { id: string; label: string }[];
  [more: string]: any;
}

/** 行政执法机关, as the pack lists them. */
interface Agency {
  id: string;
  name: string;
  short_name?: string | null;
  domains?: string[];
  /** the organisation above it */
  parent?: string | null;
}

/** A row of 执法人员名册. `until`: the last day of validity. */
interface RegisteredOfficer {
  number: string;
  name: string;
  agency: string;
  until: string;
}

/** 离线包, as GET /api/v1/pack sends it. */
interface Pack {
  user: any;
  visits: VisitSummary[];
  checklist_versions: Checklist[];
  agencies: Agency[];
  officers?: RegisteredOfficer[];
  slips: any[];
  returned: any[];
  localities?: any[];
  records?: any[];
  discarded?: any[];
  to_confirm?: any[];
  confirmed?: any[];
  [more: string]: any;
}

/** Chrome's, before an app is installed. Source: WICG manifest-incubations. */
interface BeforeInstallPromptEvent extends Event {
  prompt(): Promise<void>;
  readonly userChoice: Promise<{ outcome: "accepted" | "dismissed" }>;
}

interface WindowEventMap {
  beforeinstallprompt: BeforeInstallPromptEvent;
}

/** iOS. */
interface Navigator {
  readonly standalone?: boolean;
}

type AnswerValue = "yes" | "no" | "na" | "not_observed";

/** Finds what `[data-part]` or `[data-slot]` of a template names: an HTMLElement, and where more is known of it, that. */
interface Parts<Known extends Record<string, HTMLElement>> {
  <Name extends keyof Known>(name: Name): Known[Name];
  (name: string): HTMLElement;
}

/** The elements of a page by the name of their place. */
type Places<Known extends Record<string, HTMLElement> = {}> = Record<string, HTMLElement> & Known;
