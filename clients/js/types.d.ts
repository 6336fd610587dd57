/** What a server of epicrisis is asked, and what it answers. */

export type Label = "PRESENT" | "ABSENT" | "POSSIBLE" | "CONDITIONAL";
export type Status = Label | "HYPOTHETICAL" | "NORMAL";
export type Scheme = "i2b2" | "three" | "four" | "azure";
export type FileKind = "text" | "json" | "fhir" | "csv" | "parquet" | "docx" | "pdf";

/** What offsets count: a UTF-16 unit, as strings of JavaScript do, unless another is asked for. */
export type Unit = "utf16" | "code_point" | "byte";

/** A stretch of the text, `[start, end)`. */
export interface Span {
  start: number;
  end: number;
}

/** A stretch with its words. */
export interface Quote extends Span {
  text: string;
}

export interface Options {
  /** The key or token to show; in Node EPICRISIS_API_KEY by default. */
  apiKey?: string;
  /** The edition of contracts A and B to speak; their union by default. */
  profile?: "a" | "b";
  /** For a connection, in Node (10); a browser decides that by itself. */
  connectSeconds?: number;
  /** For a call, with all its tries and pauses (30). */
  totalSeconds?: number;
  /** Tries after the first (3). */
  retries?: number;
  /** What asks in the place of the runtime's own; how long it connects is its own business then. */
  fetch?: typeof globalThis.fetch;
}

/** How a note is read. */
export interface Reading {
  /** `en` or `es`; found out where it is not said. */
  language?: string;
  offsetUnit?: Unit;
}

/** A call the server writes down has a key, under which it is done once: a new one, this one, or none (`""`). */
export interface Keyed {
  idempotencyKey?: string;
}

export interface Redacting extends Keyed {
  /** The usual one of the server by default. */
  policy?: string;
  /** Your id of the patient: the dates of one patient move by the same number of days. */
  patient?: string;
  /** What for; it is kept in the audit log. */
  purpose?: string;
}

/** A text of a batch, or the text alone. */
export type Given = string | { id?: string; text: string; language?: string };
export type GivenWithTargets = string | { id?: string; text: string; language?: string; targets?: Span[] };

/** What one sentence says; `model_label` is `label` in three labels, a condition counted as a possibility. */
export interface Prediction {
  label: Label;
  score: number;
  model_label: "PRESENT" | "ABSENT" | "POSSIBLE";
  prediction_time_ms: number;
  request_id: string;
}

/** The place of a sentence that could not be read, and why. */
export interface UnreadSentence {
  label: null;
  error: { error: string; message: string; details: Record<string, string> };
  request_id: string;
}

/** What each sentence of a batch says, in order. */
export interface Predictions {
  predictions: Array<Prediction | UnreadSentence>;
  batch_size: number;
  total_prediction_time_ms: number;
  request_id: string;
}

/** How the server is; `healthy` is false where it may not be asked yet. */
export interface Health {
  healthy: boolean;
  status: string;
  model_name: string;
  model_loaded: boolean;
  device: string;
  version: string;
  environment: string;
  uptime_seconds: number;
  total_predictions: number;
  system_metrics: Record<string, number>;
}

/** The engine that labels sentences. */
export interface ModelInfo {
  model_name: string;
  device: string;
  loaded: boolean;
  labels: Label[];
  max_sequence_length: number;
  model_size_mb: number;
  tokenizer_type: string;
  framework: string;
  version: string;
}

/** The card of an engine. */
export interface EngineCard {
  name: string;
  version: string;
  summary: string;
  languages: string[];
  trained_on: string[];
  licence: string;
  scores: Record<string, number>;
  limits: string[];
  sha256: Record<string, string>;
}

/** The place of a note that could not be read, and why. */
export interface Unread {
  id: string;
  problem: { code: string; title: string; status: number; detail: string };
}

/** The answer to a batch: an item per note, in order. */
export interface Batch<Item> {
  documents: Array<Item | Unread>;
  request_id: string;
}

export interface Cue extends Quote {
  kind: string;
  scope: Span | null;
  score: number;
}

/** What a note says of one finding, and the words that decided it. */
export interface Assertion {
  status: Status;
  confidence: number;
  scores: Partial<Record<Status, number>>;
  temporality: string;
  experiencer: string;
  cues: Cue[];
  conflict: object | null;
}

export interface Entity extends Quote {
  id: string;
  label: string;
  score: number;
  code?: string;
  /** Null for attributes, such as a dose. */
  assertion: Assertion | null;
}

interface Answered {
  id: string;
  language: string;
  offset_unit: Unit;
  engine: string;
  version: string;
}

export interface Sentence extends Span {
  label: string | null;
  scores: Record<string, number>;
}

export interface Annotation extends Answered {
  entities: Entity[];
  sentences: Sentence[];
  sections: object[];
  cues: Cue[];
}

export interface Finding extends Quote, Assertion {
  label: string | null;
  scope: Span | null;
  section: object | null;
  model_label: "PRESENT" | "ABSENT" | "POSSIBLE";
  projections?: { i2b2?: string; three?: string; four?: string; azure?: Record<string, string> };
}

export interface Assertions extends Answered {
  label: string | null;
  scores: Record<string, number>;
  assertions: Finding[];
  sentences: Sentence[];
  coverage: { stretches: Span[]; share: number };
}

export interface NamedEntity extends Quote {
  id: string;
  label: string;
  label_es: string;
  label_set: string;
  score: number;
  sub?: string;
}

export interface NamedNote extends Answered {
  label_sets: string[];
  entities: NamedEntity[];
}

/** What stands in the place of an identifier; `original` is where that stood in the text sent. */
export interface Replacement extends Quote {
  original: Span;
  kind: string;
  operator: string;
  sub?: string;
  found_by?: string;
  why?: string;
  score?: number;
}

export interface RedactedNote extends Answered {
  policy: string;
  text: string;
  replacements: Replacement[];
  counts: Record<string, number>;
  kept?: Array<Span & { kind: string; found_by: string; why: string; score: number }>;
  spared?: Array<Span & { kind: string; why: string }>;
}

export interface RedactedFile {
  data: Uint8Array;
  media_type: string;
  policy: string;
  counts: Record<string, number>;
  engine: string;
  version: string;
  request_id: string;
}

export interface Reidentified {
  text: string;
  opened: number;
  request_id: string;
}

export interface FeedbackKept {
  id: string;
  agreed: boolean;
  /** Whether the server remembers the answer; what is said of another is kept and not counted. */
  known: boolean;
  engine: string;
  version: string;
  request_id: string;
}

type Of<Item> = Promise<Item & { request_id: string }>;

/** Why there is no answer: build on its `code`, and quote its `requestId` to ask about it. */
export class EpicrisisError extends Error {
  code: string;
  status: number | null;
  requestId: string | null;
  details: Record<string, string>;
}

/** Asks one server; what is refused for the moment is asked for again. Every method rejects with `EpicrisisError`. */
export class Client {
  constructor(url?: string, options?: Options);

  /** Where the server is. */
  readonly url: string;

  /** Say what `sentence` says. */
  predict(sentence: string): Promise<Prediction>;
  /** Say what each of up to 100 `sentences` says; one that cannot be read fails alone, as in every batch. */
  predictBatch(sentences: string[]): Promise<Predictions>;
  /** Say how the server is; one that is not ready yet is an answer, not an error. */
  healthCheck(): Promise<Health>;
  /** Say what labels sentences there. */
  modelInfo(): Promise<ModelInfo>;
  /** Say which engines are installed there. */
  engines(): Promise<EngineCard[]>;

  /** Find everything a note names, and what it says of it. */
  annotate(text: string, options?: Reading): Of<Annotation>;
  annotateBatch(documents: Given[], options?: Reading): Promise<Batch<Annotation>>;
  /** Say what a text says of the findings at `targets` or, without any, of those marked or found in it. */
  assess(text: string, options?: Reading & { targets?: Span[]; scheme?: Scheme | Scheme[] }): Of<Assertions>;
  assessBatch(
    documents: GivenWithTargets[],
    options?: Reading & { scheme?: Scheme | Scheme[] },
  ): Promise<Batch<Assertions>>;
  /** Name what a note speaks of, in `labelSets` or in the usual ones of its language. */
  named(text: string, options?: Reading & { labelSets?: string[] }): Of<NamedNote>;
  namedBatch(documents: Given[], options?: Reading & { labelSets?: string[] }): Promise<Batch<NamedNote>>;

  /** Hide who a note is about. An answer told again has the id of the request that was done. */
  redact(text: string, options?: Reading & Redacting & { explain?: boolean }): Of<RedactedNote>;
  redactBatch(
    documents: Given[],
    options?: Reading & Redacting & { explain?: boolean },
  ): Promise<Batch<RedactedNote>>;
  /** Take the identities out of a file: all of them, or there is an error. `rules` need a `kind`. */
  redactFile(
    file: Blob | ArrayBuffer | Uint8Array<ArrayBuffer>,
    options?: Redacting & { kind?: FileKind; language?: string; rules?: Record<string, string>; header?: boolean },
  ): Promise<RedactedFile>;
  /** Put back what a policy with `encrypt` has sealed; it takes a scope of its own. */
  reidentify(text: string, options?: Keyed & { purpose?: string }): Promise<Reidentified>;
  /** Say that the answer to a request said `given` where `right` is right. */
  feedback(
    requestId: string,
    said: Keyed & { given: Status; right: Status; item?: number; target?: number; engine?: string },
  ): Promise<FeedbackKept>;
}
