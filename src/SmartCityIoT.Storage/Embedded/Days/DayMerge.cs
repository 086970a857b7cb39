using System.Text.Json;
using DuckDB.NET.Data;

namespace SmartCityIoT.Storage.Embedded.Days;

/// <summary>
/// Writes the parts of a day as one Parquet file: the last row of each device, channel and time, sorted by them. The tables are only
/// copied out of the store's own instance, which takes little memory; sorting is done in an instance of its own, so that a flush
/// beside it never finds the memory taken.
/// </summary>
internal sealed class DayMerge(StoreFile open, DayFolder folder, IReadOnlyList<DayTable> parts, int memoryMegabytes)
{
    private const string FileOptions = "FORMAT parquet, COMPRESSION zstd, PARQUET_VERSION v2, ROW_GROUP_SIZE 20480";

    /// <summary>Writes the file and brings it to the disk under its name.</summary>
    public DayFile Run(string name, int part, CancellationToken cancellationToken)
    {
        var work = folder.PathOf(name + DayFolder.WorkSuffix);
        var staged = new List<string>();
        try
        {
            foreach (var table in parts.Where(table => table.File is null)) staged.Add(Stage(table, cancellationToken));
            var first = parts[0];
            var file = new DayFile(
                name, first.Kind, first.SectorName, first.Schema, first.Day, part, first.Fields, 0, 0, "", 0, 0, 0, DayFile.CurrentFormat,
                [.. parts.Where(table => table.File is not null).Select(table => table.File!.File)]);
            using (var sorter = Sorter()) file = Sort(sorter, [.. parts.Where(table => table.File is not null).Select(table => table.FilePath!), .. staged], work, file, cancellationToken);
            file = file with { Bytes = new FileInfo(work).Length, Sha256 = DayFolder.Checksum(work, cancellationToken) };
            folder.Publish(work, name);
            return file;
        }
        finally
        {
            foreach (var leftover in staged.Append(work)) File.Delete(leftover);
        }
    }

    /// <summary>The file's shape: every row explains itself, with its place in words instead of a number that only the database can explain.</summary>
    private string Stage(DayTable table, CancellationToken cancellationToken)
    {
        var target = folder.PathOf(table.Name + ".stage" + DayFolder.WorkSuffix);
        using var reader = open.Connect();
        Run(reader, $"COPY (SELECT * FROM {table.PlacedSource}) TO {Sql.Text(target)} (FORMAT parquet, COMPRESSION snappy, ROW_GROUP_SIZE 20480)", cancellationToken);
        return target;
    }

    private DuckDBConnection Sorter()
    {
        var sorter = new DuckDBConnection("DataSource=:memory:;threads=1;autoinstall_known_extensions=false;autoload_known_extensions=false");
        sorter.Open();
        Sql.Execute(sorter, $"SET temp_directory = {Sql.Text(folder.SortFolder)}");
        Sql.Execute(sorter, $"SET memory_limit = '{memoryMegabytes}MB'");
        return sorter;
    }

    private static DayFile Sort(DuckDBConnection sorter, IReadOnlyList<string> sources, string work, DayFile file, CancellationToken cancellationToken)
    {
        // Row numbers and not a window: a window over all columns takes several times the memory, and duplicates are few.
        var rows = string.Join("\nUNION ALL BY NAME ", sources.Select((source, index) =>
            $"SELECT * EXCLUDE (file_row_number), file_row_number + ({index}::BIGINT << 40) AS row FROM read_parquet({Sql.Text(source)}, file_row_number = true)"));
        var metadata = JsonSerializer.Serialize(file, DayFileJson.Default.DayFile);
        Run(
            sorter,
            $$"""
            COPY (
                WITH rows AS ({{rows}}),
                last AS MATERIALIZED (SELECT device, channel, time, arg_max(row, ord) AS row FROM rows GROUP BY device, channel, time HAVING count(*) > 1)
                SELECT r.* EXCLUDE (row) FROM rows r
                WHERE NOT EXISTS (SELECT 1 FROM last l WHERE l.device = r.device AND l.channel = r.channel AND l.time = r.time AND l.row <> r.row)
                ORDER BY device, channel, time
            ) TO {{Sql.Text(work)}} ({{FileOptions}}, KV_METADATA { {{DayFile.MetadataKey}}: {{Sql.Text(metadata)}} })
            """,
            cancellationToken);
        return Measure(sorter, work, file, cancellationToken);
    }

    /// <summary>Counts and bounds, as the written file has them.</summary>
    public static DayFile Measure(DuckDBConnection connection, string path, DayFile file, CancellationToken cancellationToken) => Sql.Read(
        connection,
        $"SELECT count(*), coalesce(min(time), 0), coalesce(max(time), 0), coalesce(max(ord), 0) FROM read_parquet({Sql.Text(path)})",
        row => file with { Rows = row.GetInt64(0), MinTime = row.GetInt64(1), MaxTime = row.GetInt64(2), LastOrder = row.GetInt64(3) },
        cancellationToken)[0];

    private static void Run(DuckDBConnection connection, string statement, CancellationToken cancellationToken)
    {
        using var command = connection.CreateCommand();
        command.CommandText = statement;
        using var interrupt = cancellationToken.Register(command.Cancel);
        cancellationToken.ThrowIfCancellationRequested();
        command.ExecuteNonQuery();
    }
}
