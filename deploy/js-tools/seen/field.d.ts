// What the phone keeps and what comes to it, for JSDoc in js/field: docs/sync.md says it in words. Names stand globally.

/** A record as this phone keeps it: an observation, an interview, an ad-hoc visit or a binding. */
interface FieldRecord {
  id: string;
  kind: "observation" | "interview" | "visit" | "binding";
  userId: string;
  state: "draft" | "waiting" | "sending" | "receipted" | "refused" | "conflict" | "returned" | "missing";
  body: any;
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
  receipt: Receipt | null;
  number: string | null;
  serverState: string | null;
  createdAt: number;
  updatedAt: number;
  nextTryAt: number;
  tries: number;
  lastError: string | null;
  bulk?: boolean;
  attempt?: any;
}

/** A file as this phone keeps it; its bytes lie beside it. */
interface Evidence {
  id: string;
  recordId: string;
  ownerKind: string;
  item: string | null;
  source: "camera" | "album" | "audio" | "signature";
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
  agency?: { id: string; name: string };
  starts_at?: string;
  place?: string;
  group?: any;
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

/** 离线包, as GET /api/v1/pack sends it. */
interface Pack {
  user: any;
  visits: VisitSummary[];
  checklist_versions: Checklist[];
  agencies: any[];
  slips: any[];
  returned: any[];
  localities?: any[];
  records?: any[];
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
