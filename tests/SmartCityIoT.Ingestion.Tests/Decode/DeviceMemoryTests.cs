using CsCheck;
using SmartCityIoT.Ingestion.Decode;

namespace SmartCityIoT.Ingestion.Tests.Decode;

public class DeviceMemoryTests
{
    private const ulong Device = Samples.DeviceA;
    private const long Start = 1_796_083_200_000;
    private const uint Mask = 0b1100;

    private static readonly Gen<(byte Boot, int Sequence, int Channel, int Seconds, bool Saves)[]> Runs = Gen.Select(
        Gen.Byte[0, 6], Gen.Int[0, 40], Gen.Int[-3, 3], Gen.Int[0, 20], Gen.Bool).Array[1, 300];

    [Fact]
    public void A_run_that_is_saved_and_loaded_at_any_point_decides_the_same() => Runs.Sample(run =>
    {
        var whole = new DeviceMemory(Device);
        var cut = new DeviceMemory(Device);
        foreach (var step in run)
        {
            if (step.Saves) cut = DeviceMemory.Load(Device, Saved(cut));
            Assert.Equal(Take(whole, step), Take(cut, step));
        }

        Assert.Equal(Saved(whole), Saved(cut));
    });

    [Fact]
    public void Equal_samples_are_stuck_from_the_25th_on_and_a_restart_does_not_start_the_count_again()
    {
        var memory = new DeviceMemory(Device);
        long[] raw = [0, 0, 7, 9];
        for (var i = 1; i <= 24; i++)
        {
            Assert.False(memory.Series(0).SeesStuck(Mask, Mask, raw), $"sample {i}");
            memory = DeviceMemory.Load(Device, Saved(memory));
        }

        Assert.True(memory.Series(0).SeesStuck(Mask, Mask, raw));
        Assert.False(memory.Series(1).SeesStuck(Mask, Mask, raw));
        raw[2] = 8;
        Assert.True(memory.Series(0).SeesStuck(Mask, Mask, raw), "the other field still stands");
        raw[3] = 10;
        Assert.False(memory.Series(0).SeesStuck(Mask, Mask, raw));
    }

    [Fact]
    public void Frames_of_the_last_four_boots_are_told_apart()
    {
        var memory = new DeviceMemory(Device);
        for (byte boot = 1; boot <= 4; boot++) Assert.Equal(SequenceVerdict.New, memory.Accept(boot, 10, out _));
        for (byte boot = 1; boot <= 4; boot++) Assert.Equal(SequenceVerdict.Duplicate, memory.Accept(boot, 10, out _));

        // A fifth boot pushes out the one that was first seen longest ago.
        Assert.Equal(SequenceVerdict.New, memory.Accept(5, 10, out _));
        Assert.Equal(SequenceVerdict.Duplicate, memory.Accept(2, 10, out _));
        Assert.Equal(SequenceVerdict.New, memory.Accept(1, 10, out _));
    }

    [Theory]
    [InlineData(new byte[0])]
    [InlineData(new byte[] { 9, 0, 0, 0 })]
    public void A_state_that_is_none_of_ours_starts_empty(byte[] state) =>
        Assert.Equal(SequenceVerdict.New, DeviceMemory.Load(Device, state).Accept(1, 1, out _));

    [Fact]
    public void Only_what_changed_is_saved()
    {
        var memories = new DeviceMemories();
        memories.Of(1).Accept(1, 1, out _);
        memories.Of(2).Accept(1, 1, out _);
        Assert.Equal([1ul, 2ul], Changed(memories));
        Assert.Empty(Changed(memories));

        memories.Of(2).Accept(1, 2, out _);
        Assert.Equal([2ul], Changed(memories));
    }

    [Fact]
    public void States_outlive_the_memory_that_they_outgrow()
    {
        var memories = new DeviceMemories();
        for (var device = 1ul; device <= 1_000; device++) memories.Of(device).Accept((byte)device, (ushort)device, out _);
        var states = new DeviceStates();
        memories.TakeChanged(states);

        Assert.Equal(1_000, states.All.Count);
        foreach (var state in states.All)
        {
            var loaded = DeviceMemory.Load(state.Device, state.State.Span);
            Assert.Equal(SequenceVerdict.Duplicate, loaded.Accept((byte)state.Device, (ushort)state.Device, out _));
        }
    }

    private static byte[] Saved(DeviceMemory memory)
    {
        var state = new byte[memory.StateLength];
        memory.Write(state);
        return state;
    }

    private static ulong[] Changed(DeviceMemories memories)
    {
        var states = new DeviceStates();
        memories.TakeChanged(states);
        return [.. states.All.Select(state => state.Device)];
    }

    private static (SequenceVerdict, int, long, bool) Take(DeviceMemory memory, (byte Boot, int Sequence, int Channel, int Seconds, bool Saves) step)
    {
        var verdict = memory.Accept(step.Boot, (ushort)step.Sequence, out var missing);
        var series = memory.Series(step.Channel);
        var time = Start + step.Seconds * 1000;
        series.Newest = Math.Max(series.Newest, time);
        long[] raw = [0, 0, step.Seconds / 15, 1];
        return (verdict, missing, series.TakeTime(time) + series.Newest, series.SeesStuck(Mask, Mask, raw));
    }
}
