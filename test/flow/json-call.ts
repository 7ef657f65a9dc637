export interface Answer {
  status: number;
  body: Record<string, unknown>;
}

/** One request with a JSON body; what is no JSON object in the answer is an empty one. */
export const call = async (method: string, url: string, body?: unknown, token?: unknown): Promise<Answer> => {
  const answer = await fetch(url, {
    method,
    headers: {
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await answer.text();
  return { status: answer.status, body: text.startsWith('{') ? JSON.parse(text) : {} };
};
