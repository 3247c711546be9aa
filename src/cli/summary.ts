/** A one-line summary of a backup. */
import type { Header, Manifest } from '../store/backup/format.ts';
import type { Report } from './command.ts';

export function summaryOf(did: string, { header, manifest }: { header: Header; manifest: Manifest }): Report {
  const rows = Object.values(manifest.tables).reduce((sum, table) => sum + table.rows, 0);
  const { count, bytes } = manifest.files;
  const lost = manifest.missing.length === 0 ? '' : `, ${manifest.missing.length} files missing`;
  return {
    text: `${did}: ${rows} rows, ${count} files (${(bytes / 1_048_576).toFixed(1)} MiB), as of ${header.at}${lost}`,
    data: { at: header.at, koine: header.koine, migrations: header.migrations, ...manifest },
  };
}
