using System.Numerics;
using CsCheck;
using SmartCityIoT.Telemetry.Frames;
using SmartCityIoT.Telemetry.Sectors;
using SmartCityIoT.Telemetry.Tests.Sectors;

namespace SmartCityIoT.Telemetry.Tests.Frames;

public class FrameDecoderPropertyTests
{
    /// <summary>Long enough for every check of lengths, and beyond the longest frame.</summary>
    private const int LongestInput = FrameLayout.MaxLength + 40;

    [Fact]
    public void Arbitrary_bytes_never_throw_and_what_stands_around_them_changes_nothing() =>
        Gen.Byte.Array[0, LongestInput].Sample(bytes => { DecodeBetweenGuards(bytes); }, iter: 20_000);

    [Fact]
    public void Arbitrary_bodies_behind_a_good_envelope_never_throw() => Gen.Select(
        Gen.Byte[0, 15], Gen.Byte[0, 4], Gen.Byte[0, 2], Gen.Byte.Array[0, 120],
        (type, sector, schema, body) => new FrameBytes { Type = type, Sector = sector, Schema = schema, Body = body })
        .Sample(frame => { DecodeBetweenGuards(frame.Build()); }, iter: 50_000);

    [Fact]
    public void Arbitrary_batches_of_known_fields_decode_into_their_types_or_not_at_all() => Gen.Select(
        Gen.Byte[2, 6], Gen.UInt, Gen.Byte[1, 3], Gen.OneOf(Gen.Byte, Gen.Byte[0, 3]).Array[0, 200],
        (count, presence, sector, tail) =>
        {
            var known = presence & ShippedPacks.Catalog.Packs.Single(pack => pack.Sector == sector).Schemas[0].KnownMask;
            return new FrameBytes { Type = 2, Sector = sector, Body = [count, 60, 0, .. BitConverter.GetBytes(known), .. tail] };
        }).Sample(frame => { DecodeBetweenGuards(frame.Build()); }, iter: 50_000);

    [Fact]
    public void No_cut_of_a_golden_frame_is_a_frame()
    {
        var frame = new Frame();
        foreach (var golden in GoldenFrame.All.Where(golden => golden.Expect is "Ok" or "SchemaNewer"))
        {
            for (var length = 0; length < golden.Payload.Length; length++)
            {
                var status = FrameDecoder.TryDecode(golden.Payload.AsSpan(0, length), ShippedPacks.Catalog, frame);
                Assert.False(IsDecoded(status), $"{golden.Id} cut to {length} bytes is {status}");
            }

            Assert.False(IsDecoded(FrameDecoder.TryDecode([.. golden.Payload, 0], ShippedPacks.Catalog, frame)), golden.Id);
        }
    }

    [Fact]
    public void No_golden_frame_survives_a_flipped_bit()
    {
        var frame = new Frame();
        foreach (var golden in GoldenFrame.All.Where(golden => golden.Expect is "Ok" or "SchemaNewer"))
        {
            for (var bit = 0; bit < golden.Payload.Length * 8; bit++)
            {
                var flipped = (byte[])golden.Payload.Clone();
                flipped[bit / 8] ^= (byte)(1 << (bit % 8));
                var status = FrameDecoder.TryDecode(flipped, ShippedPacks.Catalog, frame);
                Assert.False(IsDecoded(status), $"{golden.Id} with bit {bit} flipped is {status}");
            }
        }
    }

    private static bool IsDecoded(DecodeStatus status) => status is DecodeStatus.Ok or DecodeStatus.SchemaNewer;

    /// <summary>Decodes the bytes alone, between zeros and between ones: what a decoder does not read cannot matter to it.</summary>
    private static void DecodeBetweenGuards(byte[] bytes)
    {
        const int Guard = 64;
        var alone = new Frame();
        var guarded = new Frame();
        var status = FrameDecoder.TryDecode(bytes, ShippedPacks.Catalog, alone);
        foreach (var fill in (ReadOnlySpan<byte>)[0x00, 0xFF])
        {
            var room = new byte[bytes.Length + (2 * Guard)];
            Array.Fill(room, fill);
            bytes.CopyTo(room, Guard);
            Assert.Equal(status, FrameDecoder.TryDecode(room.AsSpan(Guard, bytes.Length), ShippedPacks.Catalog, guarded));
            CheckSame(alone, guarded);
        }

        Assert.Equal(IsDecoded(status) && alone.Header.Type <= MessageType.Batch, alone.SampleCount > 0);
    }

    private static void CheckSame(Frame left, Frame right)
    {
        Assert.Equal(left.Header, right.Header);
        Assert.Equal(left.Presence, right.Presence);
        Assert.Equal(left.SampleCount, right.SampleCount);
        for (var sample = 0; sample < left.SampleCount; sample++)
        {
            for (var presence = left.Presence; presence != 0; presence &= presence - 1)
            {
                var bit = BitOperations.TrailingZeroCount(presence);
                var raw = left.Sample(sample)[bit];
                var type = left.Schema.FieldAt(bit)!.Type;
                Assert.InRange(raw, type.Minimum(), type.Maximum());
                Assert.Equal(raw, right.Sample(sample)[bit]);
            }
        }
    }
}
