using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace SmartCityIoT.Benchmarks.Journal;

/// <summary>
/// A prepared statement that is kept and run again. It goes past ADO.NET, whose parameters box every number and want a blob
/// as an array of its exact length: a block goes in and comes out as a span.
/// </summary>
internal sealed class SqlStatement : IDisposable
{
    private readonly sqlite3 database;
    private readonly sqlite3_stmt statement;

    public SqlStatement(SqliteConnection connection, string sql)
    {
        database = connection.Handle ?? throw new InvalidOperationException("The connection is closed.");
        Check(raw.sqlite3_prepare_v3(database, sql, raw.SQLITE_PREPARE_PERSISTENT, out statement));
    }

    public void Dispose() => statement.Dispose();

    /// <summary>Binds parameter 1, 2, …</summary>
    public SqlStatement Bind(int index, long value)
    {
        Check(raw.sqlite3_bind_int64(statement, index, value));
        return this;
    }

    public SqlStatement Bind(int index, string value)
    {
        Check(raw.sqlite3_bind_text(statement, index, value));
        return this;
    }

    public SqlStatement Bind(int index, ReadOnlySpan<byte> value)
    {
        Check(raw.sqlite3_bind_blob(statement, index, value));
        return this;
    }

    /// <summary>True when a row stands ready. After false, or an error, the statement can be bound anew.</summary>
    public bool Step()
    {
        int code = raw.sqlite3_step(statement);
        if (code == raw.SQLITE_ROW)
            return true;
        if (code == raw.SQLITE_DONE)
        {
            raw.sqlite3_reset(statement);
            return false;
        }

        SqliteException failure = Failure(code);
        raw.sqlite3_reset(statement);
        throw failure;
    }

    /// <summary>Runs to the end.</summary>
    public void Run()
    {
        while (Step())
        {
        }
    }

    /// <summary>First column of the only row, or 0 where there is none or it is NULL.</summary>
    public long Scalar()
    {
        if (!Step())
            return 0;
        long value = Number(0);
        Reset();
        return value;
    }

    /// <summary>Ends a run before its last row, and with it the read transaction.</summary>
    public void Reset() => raw.sqlite3_reset(statement);

    public long Number(int column) => raw.sqlite3_column_int64(statement, column);

    public string Text(int column) => raw.sqlite3_column_text(statement, column).utf8_to_string() ?? "";

    /// <summary>Valid until the next step or reset.</summary>
    public ReadOnlySpan<byte> Blob(int column) => raw.sqlite3_column_blob(statement, column);

    private void Check(int code)
    {
        if (code != raw.SQLITE_OK)
            throw Failure(code);
    }

    private SqliteException Failure(int code) =>
        new($"SQLite: {raw.sqlite3_errmsg(database).utf8_to_string()} ({raw.sqlite3_extended_errcode(database)})", code & 0xFF, raw.sqlite3_extended_errcode(database));
}
