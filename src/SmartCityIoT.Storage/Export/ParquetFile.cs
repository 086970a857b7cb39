using DuckDB.NET.Data;
using SmartCityIoT.Storage.Embedded;

namespace SmartCityIoT.Storage.Export;

/// <summary>Makes a Parquet file of a CSV file, by DuckDB, with memory bounded whatever the size.</summary>
internal static class ParquetFile
{
    /// <exception cref="StoreCopyException">It cannot be written.</exception>
    public static void FromCsv(string csv, string target, ExportColumns columns, CancellationToken cancellationToken)
    {
        var types = string.Join(", ", columns.Typed.Select(column => $"{Sql.Text(column.Header)}: {Sql.Text(column.Type)}"));
        try
        {
            using var connection = new DuckDBConnection("DataSource=:memory:;threads=1;autoinstall_known_extensions=false;autoload_known_extensions=false");
            connection.Open();
            Sql.Execute(connection, "SET memory_limit = '256MB'");
            Sql.Execute(connection, "SET preserve_insertion_order = true");
            Sql.Read(
                connection,
                $$"""
                COPY (SELECT * FROM read_csv({{Sql.Text(csv)}}, auto_detect = false, header = true, delim = ',', quote = '"', escape = '"', new_line = '\r\n', columns = {{{types}}}))
                TO {{Sql.Text(target)}} (FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE 100000)
                """,
                _ => 0,
                cancellationToken);
        }
        catch (DuckDBException failed)
        {
            throw new StoreCopyException($"the Parquet file cannot be written: {StoreOpener.OneLine(failed)}", failed);
        }
    }
}
