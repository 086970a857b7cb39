using DuckDB.NET.Data;

namespace SmartCityIoT.Storage.Embedded;

/// <summary>
/// Finds out that a file is truncated, which DuckDB opens and writes to without a word. A file may end before its last block as long as
/// no one uses that block, so the number of blocks only raises the suspicion; then the blocks in use are asked for.
/// </summary>
internal static class StoreLength
{
    // Three headers of 4 KB stand before the blocks.
    private const long HeaderBytes = 3 * 4096;

    /// <exception cref="InvalidDataException">A block that is in use lies beyond the end of the file.</exception>
    /// <exception cref="DuckDBException">The blocks that say what is in use are missing themselves.</exception>
    public static void Check(DuckDBConnection connection, string path)
    {
        var (blockSize, blocks) = Sql.Read(
            connection,
            "SELECT block_size::BIGINT, total_blocks::BIGINT FROM pragma_database_size() WHERE database_name = 'tele'",
            row => (row.GetInt64(0), row.GetInt64(1)),
            default)[0];
        var length = new FileInfo(path).Length;
        if (length >= HeaderBytes + (blocks * blockSize)) return;

        var needed = HeaderBytes + ((LastUsedBlock(connection) + 1) * blockSize);
        if (length < needed) throw new InvalidDataException($"it is truncated, {length} bytes instead of {needed}");
    }

    private static long LastUsedBlock(DuckDBConnection connection)
    {
        var last = Sql.Read(connection, "SELECT coalesce(max(block_id), 0)::BIGINT FROM pragma_metadata_info('tele')", row => row.GetInt64(0), default)[0];
        foreach (var table in Sql.Read(connection, "SELECT table_name FROM duckdb_tables() WHERE database_name = 'tele'", row => row.GetString(0), default))
        {
            last = Math.Max(last, Sql.Read(
                connection,
                $"SELECT coalesce(max(greatest(block_id, list_max(additional_block_ids))), 0)::BIGINT FROM pragma_storage_info({Sql.Text(Sql.Table(table))})",
                row => row.GetInt64(0),
                default)[0]);
        }

        return last;
    }
}
