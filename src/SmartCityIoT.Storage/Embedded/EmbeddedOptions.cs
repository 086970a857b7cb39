using System.ComponentModel.DataAnnotations;

namespace SmartCityIoT.Storage.Embedded;

/// <summary>Options of section <c>SmartCity:Store:Embedded</c>: the store in this process, a DuckDB file and the closed days in the data directory.</summary>
public sealed class EmbeddedOptions
{
    public const string Section = "SmartCity:Store:Embedded";

    /// <summary>
    /// Memory that the database may take, in MB. Default 256. Without a limit one sort was seen to take 1.6 GB. While a day becomes a file, half as much again.
    /// </summary>
    [Range(64, 65_536)]
    public int MemoryLimitMegabytes { get; init; } = 256;

    /// <summary>Threads that the database may use. Default 2.</summary>
    [Range(1, 64)]
    public int Threads { get; init; } = 2;

    /// <summary>
    /// Days of samples that are kept, by the samples' own time; older days are dropped at the start and at the change of the UTC day. Default 400, so that a month can be compared
    /// with the same month a year before. 0 keeps everything.
    /// </summary>
    [Range(0, 100_000)]
    public int RetentionDays { get; init; } = 400;

    /// <summary>Days that are kept of single sectors, by the sector's name, where it is not <see cref="RetentionDays"/>. Default none; 0 keeps everything.</summary>
    public Dictionary<string, int> RetentionDaysBySector { get; init; } = [];

    /// <summary>Minutes after the end of a UTC day at which its rows, by the samples' own time, become files. Default 60; what comes later waits for the next day, or for many.</summary>
    [Range(0, 10_080)]
    public int CloseAfterMinutes { get; init; } = 60;

    /// <summary>Size of the write-ahead log in MB at which it is checkpointed. Default 64; a checkpoint stalls commits for up to half a second.</summary>
    [Range(1, 1024)]
    public int CheckpointMegabytes { get; init; } = 64;

    /// <summary>Minutes after which a write-ahead log of any size is checkpointed, so that the journal can let go. Default 5.</summary>
    [Range(1, 1440)]
    public int CheckpointMinutes { get; init; } = 5;

    /// <summary>
    /// Free space in MB below which nothing is written. Default 256. A full disk is fatal for an open database, and afterwards it cannot
    /// even delete.
    /// </summary>
    [Range(0, 1_048_576)]
    public int ReserveMegabytes { get; init; } = 256;

    /// <summary>Days back in which the newest readings are looked for at the start. Default 7.</summary>
    [Range(1, 3660)]
    public int LastValueDays { get; init; } = 7;

    /// <summary>
    /// Most points between two flushes; one more is an error of the caller. Default 1,000,000, about 150 MB: more than one journal block
    /// full of batches can hold, on top of the 20,000 at which a flush is due.
    /// </summary>
    [Range(1000, 10_000_000)]
    public int MaxPendingPoints { get; init; } = 1_000_000;
}
