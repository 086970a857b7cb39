namespace SmartCityIoT.Devices.Database.Rows;

/// <summary>The hash of a secret that was given to a gateway.</summary>
internal sealed class GatewayCredentialRow
{
    public long Number { get; init; }

    public required string Gateway { get; init; }

    /// <summary>HMAC-SHA-256 by the server key over name and secret, 32 bytes.</summary>
    public required byte[] Hash { get; init; }

    public required long CreatedAt { get; init; }

    public long? RevokedAt { get; set; }
}
