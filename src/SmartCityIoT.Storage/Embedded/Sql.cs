using System.Globalization;
using DuckDB.NET.Data;

namespace SmartCityIoT.Storage.Embedded;

/// <summary>Names and literals in DuckDB's SQL, and running a statement.</summary>
internal static class Sql
{
    /// <summary>Name under which the store's file is attached; the main database is in memory and stays empty.</summary>
    public const string Catalog = "tele";

    /// <summary>The qualified, quoted name of a table in the store's file.</summary>
    public static string Table(string name) => $"{Catalog}.main.{Name(name)}";

    public static string Name(string name) => '"' + name.Replace("\"", "\"\"", StringComparison.Ordinal) + '"';

    public static string Text(string text) => '\'' + text.Replace("'", "''", StringComparison.Ordinal) + '\'';

    public static string Number(long number) => number.ToString(CultureInfo.InvariantCulture);

    /// <summary>A device id as the type of its column, so that the column need not be cast.</summary>
    public static string Device(ulong device) => device.ToString(CultureInfo.InvariantCulture) + "::UBIGINT";

    public static void Execute(DuckDBConnection connection, string statement)
    {
        using var command = connection.CreateCommand();
        command.CommandText = statement;
        command.ExecuteNonQuery();
    }

    /// <summary>Reads every row of an answer; a cancellation interrupts the database.</summary>
    public static List<T> Read<T>(DuckDBConnection connection, string question, Func<DuckDBDataReader, T> row, CancellationToken cancellationToken)
    {
        using var command = connection.CreateCommand();
        command.CommandText = question;
        using var interrupt = cancellationToken.Register(command.Cancel);
        cancellationToken.ThrowIfCancellationRequested();
        var rows = new List<T>();
        using var reader = command.ExecuteReader();
        while (reader.Read()) rows.Add(row(reader));
        return rows;
    }
}
