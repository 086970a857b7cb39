using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace SmartCityIoT.Storage.Checkpoints;

/// <summary>
/// A statement that writes one row and is run thousands of times in a transaction. It goes past ADO.NET, whose parameters box every number and
/// take a blob only as an array of its exact length. Runs inside the transaction that its connection is in.
/// </summary>
internal sealed class PreparedStatement : IDisposable
{
    private readonly sqlite3 database;
    private readonly sqlite3_stmt statement;

    public PreparedStatement(SqliteConnection connection, string sql)
    {
        database = connection.Handle ?? throw new InvalidOperationException("The connection is closed.");
        Check(raw.sqlite3_prepare_v3(database, sql, raw.SQLITE_PREPARE_PERSISTENT, out statement));
    }

    public void Dispose() => statement.Dispose();

    /// <summary>Binds parameter 1, 2, …</summary>
    public void Bind(int index, long value) => Check(raw.sqlite3_bind_int64(statement, index, value));

    public void Bind(int index, string value) => Check(raw.sqlite3_bind_text(statement, index, value));

    public void Bind(int index, ReadOnlySpan<byte> value) => Check(raw.sqlite3_bind_blob(statement, index, value));

    /// <summary>Runs the statement; what is bound stays bound.</summary>
    /// <exception cref="SqliteException">The row could not be written.</exception>
    public void Run()
    {
        var code = raw.sqlite3_step(statement);
        var failure = code is raw.SQLITE_DONE or raw.SQLITE_ROW ? null : Failure(code);
        raw.sqlite3_reset(statement);
        if (failure is not null) throw failure;
    }

    private void Check(int code)
    {
        if (code != raw.SQLITE_OK) throw Failure(code);
    }

    private SqliteException Failure(int code)
    {
        var extended = raw.sqlite3_extended_errcode(database);
        return new SqliteException($"SQLite: {raw.sqlite3_errmsg(database).utf8_to_string()} ({extended})", code & 0xFF, extended);
    }
}
