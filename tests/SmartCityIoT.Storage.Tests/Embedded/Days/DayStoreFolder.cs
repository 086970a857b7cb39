using DuckDB.NET.Data;
using SmartCityIoT.Storage.Embedded;

namespace SmartCityIoT.Storage.Tests.Embedded.Days;

/// <summary>A store whose days end.</summary>
public abstract class DayStoreFolder : StoreFolder
{
    internal const long Day = 86_400_000;

    private long position = 1000;

    internal string DaysFolder => Path.Combine(Folder, "days");

    /// <summary>A journal position after all others.</summary>
    internal long Next() => ++position;

    internal string[] Files() => [.. Directory.GetFiles(DaysFolder, "*.parquet").Select(file => Path.GetFileName(file)).Order(StringComparer.Ordinal)];

    internal string FilePath(string name) => Path.Combine(DaysFolder, name);

    internal string[] Aside() => Directory.GetFiles(Folder, "*.damaged-*", SearchOption.AllDirectories);

    /// <summary>One reading at the start of each day, whose volume is the day's number since the first of March.</summary>
    internal static async Task FillAsync(EmbeddedStore store, long position, params long[] days)
    {
        foreach (var day in days) Append(store, Device, 0, day * 1000, (Volume, VolumeOf(day)));
        await store.FlushAsync(position, default);
    }

    internal static long VolumeOf(long day) => 100 + (day / Day) - 20_513;

    /// <summary>Two o'clock of the next day has come, and all that is due then has been done.</summary>
    internal async Task NextDayAsync(EmbeddedStore store)
    {
        var now = Time.GetUtcNow();
        Time.SetUtcNow(now.Date.AddDays(1).AddHours(2));
        await store.SettleDaysAsync();
    }

    internal static string[] Ask(EmbeddedStore store, string question)
    {
        using var reader = store.OpenInstance!.Connect();
        return Rows(reader, question);
    }

    internal static string[] Rows(DuckDBConnection connection, string question) =>
        [.. Sql.Read(connection, question, row => string.Join('|', Enumerable.Range(0, row.FieldCount).Select(row.GetValue)), default)];
}
