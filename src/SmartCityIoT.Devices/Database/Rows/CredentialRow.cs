namespace SmartCityIoT.Devices.Database.Rows;

/// <summary>The hash of a secret that was given to a device.</summary>
internal sealed class CredentialRow
{
    public long Number { get; init; }

    public required string Device { get; init; }

    /// <summary>HMAC-SHA-256 by the server key over id and secret, 32 bytes.</summary>
    public required byte[] Hash { get; init; }

    public required long CreatedAt { get; init; }

    public long? RevokedAt { get; set; }
}
