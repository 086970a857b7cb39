import type { Alert, Device, History } from '../src/api/types';

interface FixtureDevice {
  item: Device;
}

/** What a test may look at and change of the fixture's district. */
export interface FixtureDistrict {
  devices: FixtureDevice[];
  alerts: Alert[];
  history(device: FixtureDevice, query: URLSearchParams): History;
}

export interface FixtureServer {
  url: string;
  district: FixtureDistrict;
  /** Statuses to refuse with (0 = answer), a stream that says nothing, and a delay of every answer. */
  faults: { api: number; stream: number; acknowledge: number; isSilent: boolean; delayMs: number };
  requests: { url: string | undefined; lastEventId: string | string[] | undefined }[];
  broadcast(type: string, data: unknown): void;
  cutStreams(): void;
  down(): Promise<void>;
  up(): Promise<void>;
  stop(): Promise<void>;
}

export function startFixture(options?: {
  devices?: number;
  port?: number;
  changesPerSecond?: number;
  root?: string;
}): Promise<FixtureServer>;
