using SmartCityIoT.Telemetry;
using SmartCityIoT.Telemetry.Readings;

namespace SmartCityIoT.Devices.Lookup;

/// <summary>What the platform knows of one provisioned device. Immutable; a change makes a new entry.</summary>
public sealed class DeviceEntry
{
    private readonly SeriesTags unplaced;
    private readonly PlacementSpan[] placements;
    private readonly byte[][] credentials;
    private string? searchKey;

    /// <param name="unplaced">Tags of a sample from a time at which the device stood nowhere.</param>
    /// <param name="placements">In the order of their times, not overlapping.</param>
    /// <param name="credentials">Hashes of the secrets that are valid.</param>
    internal DeviceEntry(SeriesTags unplaced, PlacementSpan[] placements, byte[][] credentials)
    {
        this.unplaced = unplaced;
        this.placements = placements;
        this.credentials = credentials;
    }

    public required ulong Id { get; init; }

    public required string Name { get; init; }

    /// <summary>Id, name and site, folded by <see cref="SearchText.Fold"/>: what a search looks into.</summary>
    public string SearchKey => searchKey ??= SearchText.Fold(string.Join(' ', DeviceId.Format(Id), Name, Site?.Code, Site?.Name));

    public required string Sector { get; init; }

    /// <summary>Code of the model, or "".</summary>
    public required string Model { get; init; }

    public required Lifecycle Lifecycle { get; init; }

    /// <summary>How often the device reports, in seconds: its own interval, else its model's.</summary>
    public required int IntervalSeconds { get; init; }

    /// <summary>Where the device stands, or null.</summary>
    public required DeviceSite? Site { get; init; }

    /// <summary>Code of the site's area, or "".</summary>
    public required string Area { get; init; }

    internal ReadOnlySpan<byte[]> Credentials => credentials;

    /// <summary>
    /// Tags of a sample taken at that time, so that a sample that comes late or again belongs to the same series as ever.
    /// Equal tags are the same instance, in this entry and in every other.
    /// </summary>
    public SeriesTags TagsAt(long unixMs)
    {
        for (var index = placements.Length - 1; index >= 0; index--)
        {
            ref readonly var placement = ref placements[index];
            if (unixMs >= placement.From) return unixMs < placement.To ? placement.Tags : unplaced;
        }

        return unplaced;
    }

    public override string ToString() => DeviceId.Format(Id) + " " + Name;

    /// <summary>Whether the two say the same of the same device.</summary>
    internal bool Says(DeviceEntry other) =>
        Id == other.Id
        && Name == other.Name
        && Sector == other.Sector
        && Model == other.Model
        && Lifecycle == other.Lifecycle
        && IntervalSeconds == other.IntervalSeconds
        && Site == other.Site
        && Area == other.Area
        && unplaced == other.unplaced
        && placements.AsSpan().SequenceEqual(other.placements)
        && CredentialHashes.Equal(credentials, other.credentials);
}
