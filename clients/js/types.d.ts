/** What a server of epicrisis is asked, and what it answers. */

export type Label = "PRESENT" | "ABSENT" | "POSSIBLE" | "CONDITIONAL";
export type Status = Label | "HYPOTHETICAL" | "NORMAL";
export type Scheme = "i2b2" | "three" | "four" | "azure";
export type ReadKind =
  | "text" | "html" | "rtf" | "docx" | "pdf" | "png" | "jpeg" | "tiff" | "cda" | "hl7v2" | "fhir" | "zip";
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

/** What engines are compared in. */
export type Capability = "readers" | "assertion" | "entities" | "extraction" | "summaries" | "differential";

/** One version to compare: an engine by name, or a folder of EPICRISIS_MODELS; without one, what the settings name. */
export interface Arm {
  name: string;
  engine?: string;
  /** Its share of patients, beside those of the other live arms (1). */
  weight?: number;
  /** `live` answers; `shadow` is asked beside, compared, and never answers. */
  mode?: "live" | "shadow";
}

/** Which versions are compared in one capability; without arms the engine of the settings answers everything. */
export interface Experiment {
  capability: Capability;
  /** `engines` are told as `name-version`; `share` is that of patients, and a shadow answers for none. */
  arms: { name: string; engines: string[]; mode: "live" | "shadow"; weight: number; share: number }[];
  salt: string;
  set_by: "settings" | "api";
  /** In seconds since 1970. */
  set_at: number | null;
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

/** A page; its size is in points (1/72 inch), or in pixels where a picture says no more. */
export interface Page {
  number: number;
  width: number;
  height: number;
}

/** A word or a line of the text, and its box on its page, from the upper left corner. */
export interface Placed extends Span {
  page: number;
  left: number;
  top: number;
  right: number;
  bottom: number;
  score: number;
}

/** A document that was read; `name` is what it is called in an archive, `scanned` are the pages that OCR read. */
export interface ReadDocument {
  kind: ReadKind;
  name: string;
  text: string;
  offset_unit: Unit;
  pages: Page[];
  scanned: number[];
  warnings: string[];
  engine: string;
  version: string;
  boxes?: Placed[];
}

export interface Code {
  system: string;
  code: string;
  display: string;
  score: number;
}

/** What several kinds of items of a record have: where they stand, and codes, the likeliest of each system first. */
interface Recorded {
  temporality: string;
  confidence: number;
  section: string | null;
  codes: Code[];
  mentions: Quote[];
}

export interface Problem extends Recorded {
  name: Quote;
  status: Status;
  experiencer: string;
  severity: Quote | null;
  body_site: Quote | null;
}

/** A drug and how it is taken: `strength` of one unit, `dose` taken at a time. */
export interface Medication extends Recorded {
  name: Quote;
  state: "TAKEN" | "STARTED" | "STOPPED" | "CHANGED" | "HELD" | "PLANNED" | "GIVEN" | "NOT_TAKEN";
  status: Status;
  strength: Quote | null;
  form: Quote | null;
  dose: Quote | null;
  route: Quote | null;
  frequency: Quote | null;
  duration: Quote | null;
  reason: Quote | null;
}

/** A laboratory test, a vital sign or another examination, and its result. */
export interface Measurement {
  name: Quote;
  /** Which of several results of one name, such as `systolic`. */
  part: string | null;
  kind: "LAB" | "VITAL" | "OTHER";
  value: Quote;
  quantity: { comparator: string | null; value: number; unit: string | null; ucum: string | null } | null;
  reference: { low: number | null; high: number | null } | null;
  flag: "LOW" | "NORMAL" | "HIGH" | "ABNORMAL" | "CRITICAL" | null;
  time: Quote | null;
  confidence: number;
  section: string | null;
  codes: Code[];
}

export interface Procedure extends Recorded {
  name: Quote;
  status: Status;
  body_site: Quote | null;
  time: Quote | null;
}

export interface Allergy {
  substance: Quote;
  status: Status;
  reactions: Quote[];
  severity: Quote | null;
  codes: Code[];
  mentions: Quote[];
}

export interface FamilyCondition {
  condition: Quote;
  status: Status;
  relative: Quote | null;
  codes: Code[];
}

export interface SocialFact {
  kind: string;
  words: Quote;
  use: "CURRENT" | "FORMER" | "NEVER" | null;
  amount: Quote | null;
}

export interface FollowUp {
  words: Quote;
  when: Quote | null;
  whom: Quote | null;
}

/** What a note records, each list in the order of the text: what it denies stands in `denied`. */
export interface NoteRecord extends Answered {
  demographics: { age: Quote | null; years: number | null; sex: "FEMALE" | "MALE" | null; sex_words: Quote | null };
  problems: Problem[];
  denied: Problem[];
  hypothetical: Problem[];
  medications: Medication[];
  measurements: Measurement[];
  procedures: Procedure[];
  allergies: Allergy[];
  no_known_allergies: Quote | null;
  family: FamilyCondition[];
  social: SocialFact[];
  follow_up: FollowUp[];
}

/** A document that was in a file and its record, whose places are places of `file.text`; or why there is none. */
export type ExtractedFile =
  | { file: ReadDocument; record: NoteRecord; error?: undefined }
  | { file: ReadDocument; record?: undefined; error: EpicrisisError };

/** How much of a recording has been listened to, of how much, in seconds. */
export interface Heard {
  seconds: number;
  of: number;
}

/** How far a summary is: which part of the work goes on, and how much of the whole is done. */
export interface Progress {
  stage: string;
  percent: number;
}

/** What a sentence rests on: a resource, or a stretch of the note it carries, in code points. */
export interface SummarySource {
  reference: string;
  start?: number | null;
  end?: number | null;
}

/** A sentence, and what it rests on. */
export interface SummaryStatement {
  text: string;
  sources: SummarySource[];
  support: "SUPPORTED" | "UNSUPPORTED";
  why: string;
}

/** A sentence of a summary of a note, how much it is worth telling (0 to 1), and where the note says it. */
export interface NoteStatement {
  text: string;
  score: number;
  section: string;
  heading: Quote | null;
  spans: Quote[];
}

/** A note in short; `warnings` say what was asked for and could not be, and why. */
export interface NoteSummary {
  id: string;
  language: string;
  offset_unit: Unit;
  summary: string;
  words: number;
  statements: NoteStatement[];
  style: "extractive" | "abstractive";
  asked_style: "extractive" | "abstractive";
  engine: string;
  version: string;
  model: string | null;
  warnings: string[];
}

/** How many words a summary has, and in whose words it is. */
export interface InShort {
  maxWords?: number;
  minWords?: number;
  style?: "extractive" | "abstractive";
}

/** What is known of a patient, in four parts. */
export interface PatientSummary {
  request_id: string;
  markdown: string;
  sections: { heading: string; statements: SummaryStatement[] }[];
  baseline: Record<string, any>;
  delta: Record<string, any>;
  missing: { section: string; why: string }[];
  language: string;
  /** Who wrote it, and who was asked to; `fallbacks` say why those differ. */
  mode: "rule" | "fast" | "hq";
  asked: "rule" | "fast" | "hq";
  model: string;
  fallbacks: string[];
  /** Sentences of a model that the record does not bear out; they were left out. */
  unsupported_claims: number;
  unsupported: SummaryStatement[];
  timing: { ehr_api: number; generation: number; total: number };
  version: string;
}

/** Whose summary, where it is not all in a record, and how it is to be. `since` is a day: `2031-03-04`. */
export interface Summarizing {
  patient?: string;
  ehr?: string;
  token?: string;
  key?: string;
  mode?: "rule" | "fast" | "hq";
  language?: "en" | "es";
  since?: string;
  timeout?: "fast" | "extended";
  model?: string;
  modelType?: string;
  readNotes?: boolean;
}

/** The result of a test: `unit` is in UCUM, the usual one of the test by default; `low` and `high` are its own range. */
export interface LabResult {
  loinc: string;
  /** A number, or `positive` or `negative`. */
  value: number | string;
  /** Where it is a bound and no number. */
  comparator?: "" | "<" | "<=" | ">=" | ">";
  unit?: string;
  low?: number;
  high?: number;
}

/** What is told of a patient: a note, symptoms, findings, results, or any of them together; `age` is in years. */
export interface Case {
  text?: string;
  symptoms?: string[];
  /** What the patient is known to have. */
  conditions?: string[];
  results?: LabResult[];
  /** Findings by their id in the knowledge base: there, or looked for and not there. */
  findings?: { finding: string; present?: boolean }[];
  age?: number;
  sex?: "FEMALE" | "MALE" | "OTHER" | "UNKNOWN";
  severity?: "MILD" | "MODERATE" | "SEVERE";
}

/** A finding of a case, what it was read from, and where that stands. */
export interface Observed {
  finding: string;
  present: boolean;
  told: string;
  source: string | null;
  span: Quote | null;
}

/** A finding, and what it adds to the log-odds of a condition, in nats. */
export interface Weighed extends Observed {
  name: string;
  weight: number;
}

/** Something nobody looked for, and what the confidence would be were it there, and were it not. */
export interface WhatIf {
  finding: string;
  name: string;
  kind: FindingKind;
  confidence_if_present: number;
  confidence_if_absent: number;
}

export type FindingKind = "SYMPTOM" | "SIGN" | "VITAL" | "LAB" | "STUDY" | "HISTORY";

/** A condition that may explain a case; each confidence is its own, so those of a list need not sum to 1. */
export interface Hypothesis {
  condition: string;
  name: string;
  code: { system: string; code: string; display: string };
  confidence: number;
  score: number;
  prior: number;
  urgency: "EMERGENCY" | "URGENT" | "SOON" | "ROUTINE";
  is_known: boolean;
  supporting: Weighed[];
  opposing: Weighed[];
  missing: WhatIf[];
  red_flags: string[];
  tests: string[];
}

/** What may explain a case, the likeliest first; show `notice` wherever somebody reads it. */
export interface Differential {
  request_id: string;
  language: string;
  offset_unit: Unit;
  notice: string;
  case: {
    age: number | null;
    sex: string;
    severity: string | null;
    findings: Observed[];
    known_conditions: string[];
    /** Words that no finding was found for; they count for nothing. */
    unmatched: string[];
  };
  hypotheses: Hypothesis[];
  none_of_these: number;
  /** Findings that need action whatever the ranking says. */
  alarms: (Observed & { name: string; conditions: string[] })[];
  questions: { finding: string; name: string; kind: FindingKind; bits: number }[];
  engine: string;
  version: string;
  warnings: string[];
}

/** What was kept of what became of a condition. */
export interface VerdictKept {
  id: string;
  verdict: Verdict;
  /** Whether the server remembers the answer; what is said of another is kept and not counted. */
  known: boolean;
  engine: string;
  version: string;
  request_id: string;
}

/** What became of a condition; one is `MISSED` that the patient has and the answer did not name. */
export type Verdict = "CONFIRMED" | "RULED_OUT" | "MISSED";

/** A finding by its id in the knowledge base, and what it is called. */
export interface NamedFinding {
  finding: string;
  name: string;
}

/** A case as it is kept: `text` is redacted, `age` in years, and 90 stands for every age above. */
export interface KeptCase {
  id: string;
  created_at: string;
  language: string;
  age: number | null;
  sex: "FEMALE" | "MALE" | "OTHER" | "UNKNOWN";
  text: string;
  findings: (NamedFinding & { present: boolean })[];
  outcome: { system: string; code: string; display: string } | null;
}

/** A kept case that is similar: `score` is 1 where it is the same, and 0 where it has nothing in common. */
export interface SimilarCase {
  score: number;
  case: KeptCase;
  shared: NamedFinding[];
  /** Findings that were looked for in both, in vain. */
  both_absent: NamedFinding[];
  /** Findings that one has, and the other has not. */
  opposed: NamedFinding[];
  only_asked: NamedFinding[];
  only_kept: NamedFinding[];
}

/** The similar cases, the most similar first; show `notice` wherever somebody reads them. */
export interface FoundCases {
  request_id: string;
  notice: string;
  cases: SimilarCase[];
  /** Words that no finding was found for. */
  unmatched: string[];
}

export interface KeepingCase extends Keyed {
  language?: string;
}

/** Which cases are searched, and how many are answered. */
export interface SearchingCases {
  language?: string;
  most?: number;
  /** Ages are in years; `outcome` is a code of ICD-10-CM, or how codes begin: `J18` finds J18.9 too. */
  among?: {
    language?: string;
    sex?: "FEMALE" | "MALE" | "OTHER" | "UNKNOWN";
    ageFrom?: number;
    /** The first age that does not count any more. */
    ageBelow?: number;
    outcome?: string;
  };
}

/** A stretch of speech: its words in the transcript, and when they were said. */
export interface Segment extends Quote {
  from_seconds: number;
  to_seconds: number;
  confidence: number;
}

export interface Transcript {
  language: string;
  text: string;
  offset_unit: Unit;
  seconds: number;
  speech_seconds: number;
  segments: Segment[];
  /** Stretches left out because they were invented over noise or silence. */
  dropped: number;
  engine: string;
  version: string;
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

type FileBody = Blob | ArrayBuffer | Uint8Array<ArrayBuffer>;
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

  /**
   * This client, for what is asked about one patient: an id of yours, sent as `X-Patient`, so rather a pseudonym. Where
   * versions of an engine are compared, everything of one patient is answered by the same.
   */
  forPatient(patient: string): Client;

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
  /** Say which versions of engines are compared there. */
  experiments(): Promise<Experiment[]>;
  /** Compare versions from now on; every engine is loaded and tested first. It takes the scope `admin`, of no tenant. */
  compareEngines(capability: Capability, arms: Arm[], options?: { salt?: string }): Of<Experiment>;
  /** Go back to the engine of the settings. */
  endComparison(capability: Capability): Of<Experiment>;

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

  /** Read the documents in a file: one, or as many as a ZIP holds. Without `kind` its bytes tell. */
  read(file: FileBody, options?: Reading & { kind?: ReadKind; boxes?: boolean }): Of<{ documents: ReadDocument[] }>;
  /** Say what a note records. */
  extract(text: string, options?: Reading): Of<NoteRecord>;
  extractBatch(documents: Given[], options?: Reading): Promise<Batch<NoteRecord>>;
  /** Tell a note in short, 50 to 150 words where nothing else is asked, in its own sentences. */
  summarize(text: string, options?: Reading & InShort): Of<NoteSummary>;
  summarizeBatch(documents: Given[], options?: Reading & InShort): Promise<Batch<NoteSummary>>;
  /** Say what a note records, as a FHIR R4 document Bundle. */
  extractFhir(text: string, options?: { language?: string }): Promise<Record<string, unknown>>;
  /** Read a file in one call, and say in another for each document what it records. */
  extractFile(
    file: FileBody,
    options?: Reading & { kind?: ReadKind; boxes?: boolean },
  ): Promise<ExtractedFile[]>;
  /**
   * Write a recording down. `onProgress` hears how far the server is; with it, `totalSeconds` is what may pass from one
   * word of the server to the next (it says something every ten seconds), and without, it holds for the whole.
   */
  transcribe(audio: FileBody, options?: Reading & { onProgress?: (heard: Heard) => unknown }): Of<Transcript>;

  /**
   * Summarise a patient: of a record (a FHIR Bundle as an object, or the bytes of a Bundle, a C-CDA document or HL7 v2
   * messages), or of the `patient` of an `ehr` where that is null. With `onProgress`, `totalSeconds` is what may pass
   * from one word of the server to the next, and where the line breaks, it goes on where it was.
   */
  summarizePatient(
    record: object | FileBody | null,
    options?: Summarizing & { onProgress?: (progress: Progress) => unknown },
  ): Promise<PatientSummary>;
  /** The same as an International Patient Summary, a FHIR R4 document Bundle. */
  patientIps(record: object | FileBody | null, options?: Summarizing): Promise<Record<string, any>>;

  /** Say what may explain a case, and why. It supports a clinician, and is no diagnosis. */
  differentials(told: Case, options?: Reading & { most?: number }): Promise<Differential>;
  /** Say what became of a condition of an answer; `condition`, and `final`, what the patient has, are ICD-10-CM codes. */
  differentialFeedback(
    requestId: string,
    said: Keyed & { condition: string; verdict: Verdict; final?: string },
  ): Promise<VerdictKept>;

  /** Keep what is told of a patient, redacted and encrypted, for its like to be found; `outcome` is what it was. */
  keepCase(
    told: Case & { outcome?: string },
    options?: KeepingCase,
  ): Of<KeptCase & { unmatched: string[] }>;
  /** Find the kept cases most similar to what is told, or to the kept one whose id is `like`. It only reads. */
  searchCases(told: Case & { like?: string }, options?: SearchingCases): Promise<FoundCases>;
  readCase(id: string): Of<KeptCase>;
  /** Say what a case turned out to be, in the place of what was said; null takes it back. */
  concludeCase(id: string, outcome: string | null): Of<KeptCase>;
  /** Forget a case. Where the answer is lost, the next try finds none: `unknown-record`. */
  removeCase(id: string): Promise<{ removed: string; request_id: string }>;

  /** Hide who a note is about. An answer told again has the id of the request that was done. */
  redact(text: string, options?: Reading & Redacting & { explain?: boolean }): Of<RedactedNote>;
  redactBatch(
    documents: Given[],
    options?: Reading & Redacting & { explain?: boolean },
  ): Promise<Batch<RedactedNote>>;
  /** Take the identities out of a file: all of them, or there is an error. `rules` need a `kind`. */
  redactFile(
    file: FileBody,
    options?: Redacting & { kind?: FileKind; language?: string; rules?: Record<string, string>; header?: boolean },
  ): Promise<RedactedFile>;
  /** Put back what a policy with `encrypt` has sealed; it takes a scope of its own. */
  reidentify(text: string, options?: Keyed & { purpose?: string }): Promise<Reidentified>;
  /** Say that the answer to a request said `given` where `right` is right. */
  feedback(
    requestId: string,
    said: Keyed & { given: Status; right: Status; item?: number; target?: number; engine?: string; version?: string },
  ): Promise<FeedbackKept>;
}
