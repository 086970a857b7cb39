using SmartCityIoT.Devices.Downlink;

namespace SmartCityIoT.Devices.Database.Rows;

/// <summary>A command to a device; see <see cref="CommandRecord"/>.</summary>
internal sealed class CommandRow
{
    public long Number { get; init; }

    public required string Device { get; init; }

    public required long CommandId { get; init; }

    /// <summary>The name of the command, for those who read the table; the frame says the same.</summary>
    public required string Kind { get; init; }

    public required byte[] Frame { get; init; }

    public required CommandState State { get; set; }

    public required string Actor { get; init; }

    public required long CreatedAt { get; init; }

    public required long ExpiresAt { get; init; }

    public long? SentAt { get; set; }

    public long? DeliveredAt { get; set; }

    /// <summary>When it was answered, expired or was cancelled.</summary>
    public long? EndedAt { get; set; }

    public int? Detail { get; set; }
}
