using DuckDB.NET.Data;
using SmartCityIoT.Storage.Embedded.Days;

namespace SmartCityIoT.Storage.Embedded;

/// <summary>
/// Where the file stands, written in the transaction of every flush. The generation is written with it: a write-ahead log that lies
/// beside a file that it does not belong to is accepted by DuckDB without a word, but leaves a row here with another generation than
/// the file's identity, or one that steps back.
/// </summary>
/// <param name="Generation">Random id that the file got when it was created.</param>
/// <param name="Position">Journal position that the file holds.</param>
/// <param name="NextOrder">Order that the next appended row gets.</param>
internal sealed record StoreCursor(string Generation, long Position, long NextOrder)
{
    /// <summary>Version of the tables' shape. An older file is brought up to it; a newer one is left alone.</summary>
    public const int Format = 2;

    // The version before closed days became files.
    private const int WithoutFiles = 1;

    /// <summary>Forgets all cursors but the last. Seldom: a checkpoint waits for readers that are older than a change of rows.</summary>
    public const string PruneStatement =
        "DELETE FROM tele.main.store_cursor WHERE position < (SELECT max(position) FROM tele.main.store_cursor)";

    /// <summary>Adds a row rather than changing one: rows that were only added can be checkpointed while questions are being answered.</summary>
    public string InsertStatement =>
        $"INSERT INTO tele.main.store_cursor VALUES ({Sql.Text(Generation)}, {Sql.Number(Position)}, {Sql.Number(NextOrder)})";

    public static void Create(DuckDBConnection connection, long createdAt)
    {
        var generation = Sql.Text(Guid.NewGuid().ToString("N"));
        Sql.Execute(connection, $"""
            BEGIN;
            CREATE TABLE tele.main.store_identity (generation VARCHAR NOT NULL, format INTEGER NOT NULL, created_at BIGINT NOT NULL);
            CREATE TABLE tele.main.store_cursor (generation VARCHAR NOT NULL, position BIGINT NOT NULL, next_order BIGINT NOT NULL);
            CREATE TABLE tele.main.series_tags (id INTEGER NOT NULL, site VARCHAR NOT NULL, area VARCHAR NOT NULL, model VARCHAR NOT NULL);
            {DayTable.CreateStatement};
            {DayFile.CreateStatement};
            INSERT INTO tele.main.store_identity VALUES ({generation}, {Format}, {Sql.Number(createdAt)});
            INSERT INTO tele.main.store_cursor VALUES ({generation}, 0, 0);
            COMMIT;
            CHECKPOINT tele;
            """);
    }

    /// <exception cref="InvalidDataException">The file is not one of ours, or its log belongs to another file.</exception>
    /// <exception cref="StoreVersionException">A newer version of the program has written it.</exception>
    public static StoreCursor Load(DuckDBConnection connection)
    {
        var identity = Single("SELECT generation, format::BIGINT, 0::BIGINT FROM tele.main.store_identity");
        if (identity.Position > Format) throw new StoreVersionException(identity.Position, Format);
        if (identity.Position < WithoutFiles) throw new InvalidDataException($"it has the format {identity.Position} and not {Format}");
        var strangers = Sql.Read(connection, $"""
            SELECT count(*) FROM (SELECT generation, position, lag(position) OVER (ORDER BY rowid) AS before FROM tele.main.store_cursor)
            WHERE generation <> {Sql.Text(identity.Generation)} OR position < before
            """, row => row.GetInt64(0), default);
        if (strangers[0] > 0) throw new InvalidDataException("its write-ahead log belongs to another file or another time");
        if (identity.Position == WithoutFiles) AddFiles(connection);
        return Single("SELECT generation, position, next_order FROM tele.main.store_cursor ORDER BY position DESC, next_order DESC LIMIT 1");

        StoreCursor Single(string question)
        {
            var rows = Sql.Read(connection, question, row => new StoreCursor(row.GetString(0), row.GetInt64(1), row.GetInt64(2)), default);
            return rows.Count == 1 ? rows[0] : throw new InvalidDataException("it has no cursor");
        }
    }

    private static void AddFiles(DuckDBConnection connection) => Sql.Execute(connection, $"""
        BEGIN;
        {DayFile.CreateStatement};
        UPDATE tele.main.store_identity SET format = {Format};
        COMMIT;
        CHECKPOINT tele;
        """);
}
