import type {
  Alert, AlertStep, Area, Balance, DeadLetter, Device, DeviceDetail, History, Page, Region, Sector,
} from './types';

const requestTimeoutMs = 15_000;
const pageSize = 2_000;

/** An answer that is not a success; `message` is the server's own explanation where it gave one (RFC 9457). */
export class ApiError extends Error {
  constructor(
    readonly status: number,
    message: string,
  ) {
    super(message);
    this.name = 'ApiError';
  }

  /** The server could not be asked at all, as against an answer that refuses. */
  get isUnreachable(): boolean {
    return this.status === 0;
  }
}

async function request<T>(path: string, init: RequestInit = {}): Promise<T> {
  let response: Response;
  try {
    const timeout = AbortSignal.timeout(requestTimeoutMs);
    response = await fetch(`/api/v1${path}`, {
      ...init,
      headers: { accept: 'application/json', ...init.headers },
      signal: init.signal ? AbortSignal.any([init.signal, timeout]) : timeout,
    });
  } catch (error) {
    if (init.signal?.aborted) throw error;
    throw new ApiError(0, error instanceof Error ? error.message : String(error));
  }
  if (!response.ok) throw new ApiError(response.status, await problemOf(response));
  return (await response.json()) as T;
}

async function problemOf(response: Response): Promise<string> {
  try {
    const problem = (await response.json()) as { title?: string; detail?: string };
    return problem.detail ?? problem.title ?? response.statusText;
  } catch {
    return `${response.status} ${response.statusText}`.trim();
  }
}

function query(parameters: Record<string, string | number | undefined>): string {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(parameters)) if (value !== undefined) search.set(name, String(value));
  const text = search.toString();
  return text === '' ? '' : `?${text}`;
}

async function allPages<T>(path: string, limit: number, signal?: AbortSignal): Promise<T[]> {
  const items: T[] = [];
  let after: string | undefined;
  do {
    const page = await request<Page<T>>(`${path}${query({ limit, after })}`, signal ? { signal } : {});
    items.push(...page.items);
    after = page.next ?? undefined;
  } while (after !== undefined);
  return items;
}

const items = async <T>(path: string, signal?: AbortSignal): Promise<T[]> =>
  (await request<{ items: T[] }>(path, signal ? { signal } : {})).items;

export const api = {
  region: () => request<Region>('/region'),
  sectors: () => items<Sector>('/sectors'),
  areas: () => items<Area>('/areas'),
  devices: (signal?: AbortSignal) => allPages<Device>('/devices', pageSize, signal),
  device: (id: string, signal?: AbortSignal) =>
    request<DeviceDetail>(`/devices/${encodeURIComponent(id)}`, signal ? { signal } : {}),
  history: (
    id: string,
    question: { field: string; channel: number; from: number; to: number; points: number },
    signal?: AbortSignal,
  ) => request<History>(`/devices/${encodeURIComponent(id)}/history${query(question)}`, signal ? { signal } : {}),
  alerts: (
    question: { state: 'active' | 'cleared' | 'all'; device?: string; limit: number; after?: string },
    signal?: AbortSignal,
  ) => request<Page<Alert>>(`/alerts${query(question)}`, signal ? { signal } : {}),
  acknowledge: (id: string, note: string) =>
    request<Alert>(`/alerts/${encodeURIComponent(id)}/acknowledge`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(note === '' ? {} : { note }),
    }),
  alertHistory: (id: string, signal?: AbortSignal) =>
    items<AlertStep>(`/alerts/${encodeURIComponent(id)}/history`, signal),
  balance: (from: number, to: number, signal?: AbortSignal) =>
    request<Balance>(`/balance${query({ from, to })}`, signal ? { signal } : {}),
  deadLetters: (limit: number, signal?: AbortSignal) =>
    items<DeadLetter>(`/dead-letters${query({ limit })}`, signal),
};
