/** What is wrong with a document, each with where it stands: the `problemDetails` of VCALM, and why nothing was signed. */
export interface Problem {
  /** The member, as `credentialStatus[0].type`. */
  path: string;
  message: string;
  /** Of the error list of the data model or of Bitstring Status List. */
  kind?: string;
}

export type Report = (path: string, message: string, kind?: string) => void;

/** Collects; the same fault is told once. */
export const problemsOf = (look: (report: Report) => void): Problem[] => {
  const problems: Problem[] = [];
  look((path, message, kind) => problems.push({ path, message, ...(kind ? { kind } : {}) }));
  return problems;
};

const dataModel = 'https://www.w3.org/TR/vc-data-model#';

/** RFC 9457, with the type URLs of VC Data Model 2.0 §7.2 and Bitstring Status List 1.0 §3.5. */
export const toProblemDetails = (problems: readonly Problem[]) =>
  problems.map(({ path, message, kind = 'MALFORMED_VALUE_ERROR' }) => ({
    type:
      kind.startsWith('STATUS_') || kind === 'RANGE_ERROR'
        ? `https://www.w3.org/ns/credentials/status-list#${kind}`
        : `${dataModel}${kind}`,
    title: message,
    detail: path ? `${path} ${message}` : message,
  }));
